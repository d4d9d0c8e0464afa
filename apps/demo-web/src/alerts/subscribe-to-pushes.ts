import { fromBase64Url } from "@darkslide/crypto"
import { ServerError } from "../http/server-error.ts"

/** Some browsers never answer when they cannot reach their push service. */
const limitMs = 20_000

/**
 * Has this browser take pushes of the server that holds this key, also while no page is open.
 * @returns the subscription, as the server sends to it.
 * @throws ServerError `PUSH_DENIED` when notifications are not allowed, `PUSH_UNAVAILABLE` when it cannot be done
 */
export async function subscribeToPushes(vapidPublicKey: string, signal: AbortSignal | undefined): Promise<string> {
  if (typeof Notification !== "function" || !("PushManager" in globalThis)) throw unavailable()
  if ((await Notification.requestPermission()) !== "granted")
    throw new ServerError("PUSH_DENIED", "The browser does not allow notifications")
  const { promise: late, reject } = Promise.withResolvers<never>()
  const limit = setTimeout(() => reject(unavailable()), limitMs)
  const stop = () => reject(signal?.reason)
  signal?.addEventListener("abort", stop, { once: true })
  try {
    return JSON.stringify(await Promise.race([subscribe(vapidPublicKey), late]))
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener("abort", stop)
  }
}

async function subscribe(vapidPublicKey: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready
  // Subscribed with another server's key it would refuse.
  await (await pushManager.getSubscription())?.unsubscribe()
  const applicationServerKey = new Uint8Array(fromBase64Url(vapidPublicKey))
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  } catch (cause) {
    if (cause instanceof DOMException) throw unavailable(cause)
    throw cause
  }
}

function unavailable(cause?: unknown): ServerError {
  return new ServerError("PUSH_UNAVAILABLE", "This browser cannot be reached by pushes", { cause })
}
