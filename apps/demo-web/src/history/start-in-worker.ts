import { connectHistory } from "@darkslide/metadata/history"
import type { Api } from "../http/api.ts"
import { trustedScript } from "../trusted-script.ts"
import type { StartHistory } from "./account-history.ts"
import { fromText } from "./server-error-text.ts"

/** Has each history run in a worker of its own, which is gone afterwards with all that it held. */
export function historyInWorker(api: Api): StartHistory {
  return async (options) => {
    const worker = new Worker(trustedScript("history"), { type: "module" })
    try {
      const settings = { base: api.base.href, headers: api.headers }
      const history = await fromText(() => connectHistory(worker, { ...options, settings }))
      return {
        history: {
          ...history,
          sync: (how) => fromText(() => history.sync(how)),
          compact: (how) => fromText(() => history.compact(how)),
        },
        close: () => worker.terminate(),
      }
    } catch (error) {
      worker.terminate()
      throw error
    }
  }
}
