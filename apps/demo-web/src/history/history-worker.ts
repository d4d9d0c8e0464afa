import { serveHistory } from "@darkslide/metadata/history"
import * as z from "zod/mini"
import { Api } from "../http/api.ts"
import { httpSegments } from "./http-segments.ts"
import { asText } from "./server-error-text.ts"

/** Where the worker finds the server, and what it sends along where no cookie travels. */
const settingsSchema = z.object({ base: z.string(), headers: z.record(z.string(), z.string()) })

/** Opens, holds and searches the history beside the page: a hundred thousand records must not make it stand still. */
serveHistory(globalThis, {
  store(settings) {
    const { base, headers } = settingsSchema.parse(settings)
    const api = new Api({ base: new URL(base), fetch: (input, init) => fetch(input, init) })
    api.headers = headers
    const store = httpSegments(api)
    return {
      list: (options) => asText(() => store.list(options)),
      get: (number, options) => asText(() => store.get(number, options)),
      put: (number, segment, options) => asText(() => store.put(number, segment, options)),
      removeBefore: (number, options) => asText(() => store.removeBefore(number, options)),
    }
  },
})
