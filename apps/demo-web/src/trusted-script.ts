import historyWorker from "./history/history-worker.ts?worker&url"
import picturesWorker from "./files/pictures-worker.ts?worker&url"
import mediaWorker from "./call/media-worker.ts?worker&url"
import motionWorker from "./camera/motion-worker.ts?worker&url"
import recordWorker from "./camera/record-worker.ts?worker&url"
import stretchWorker from "./account/stretch-worker.ts?worker&url"

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

/** Every script that this app starts beside the page. */
const scripts = {
  history: historyWorker,
  pictures: picturesWorker,
  media: mediaWorker,
  motion: motionWorker,
  record: recordWorker,
  stretch: stretchWorker,
  service: "/service-worker.js",
} as const

/** Trusted Types want a policy to start a script from an address; this one lets those addresses through. */
const policy = (() => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const rules = {
    createScriptURL(url: string): string {
      if (!Object.values(scripts).includes(url)) throw new TypeError("not this app's script")
      return url
    },
  }
  return trustedTypes?.createPolicy("darkslide-worker", rules) ?? rules
})()

export function trustedScript(name: keyof typeof scripts): string {
  return policy.createScriptURL(scripts[name])
}
