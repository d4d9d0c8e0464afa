// The motion detector's worker under this app's own name: Trusted Types let only known scripts start.
import "@darkslide/capture/motion-worker"
