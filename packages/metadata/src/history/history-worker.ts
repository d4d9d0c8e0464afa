import { connect } from "../worker/connect.ts"
import type { ErrorFacts, MessagePortLike } from "../worker/message-port.ts"
import { serve } from "../worker/serve.ts"
import { HistoryError, type HistoryErrorCode } from "./history-error.ts"
import { openHistory, type History, type OpenHistoryOptions } from "./history.ts"
import type { SegmentStore } from "./segment-store.ts"

/** What opens a history in a worker: all of it can be cloned. */
export interface ConnectHistoryOptions extends Omit<OpenHistoryOptions, "store"> {
  /** Handed to the worker's `store`: an address, a name; never a function. */
  readonly settings?: unknown
}

/**
 * The worker's half: opens the history that is asked for and answers for it.
 * @param scope - The worker's own scope, or a port.
 * @param options.store - Makes the store from the `settings` of the other half.
 */
export function serveHistory(
  scope: MessagePortLike,
  options: { readonly store: (settings: unknown) => SegmentStore | Promise<SegmentStore> },
): void {
  let history: History | undefined
  const opened = (): History => {
    if (!history) throw new TypeError("Cannot call history: it is not open")
    return history
  }
  serve(scope, {
    open: async ([request], signal) => {
      const { settings, ...rest } = request as ConnectHistoryOptions
      history = await openHistory({ ...rest, store: await options.store(settings), signal })
    },
    append: async ([records]) => await opened().append(records as Parameters<History["append"]>[0]),
    remove: async ([ids]) => await opened().remove(ids as readonly string[]),
    sync: async (_, signal) => await opened().sync({ signal }),
    compact: async (_, signal) => await opened().compact({ signal }),
    search: async ([query]) => await opened().search(query as Parameters<History["search"]>[0]),
    get: async ([id]) => await opened().get(id as string),
    summary: async () => await opened().summary(),
  })
}

/**
 * The page's half: opens a history in a worker that called {@link serveHistory}, and speaks to it as to any other. Errors
 * are as they would be here. Whoever made the worker ends it.
 */
export async function connectHistory(worker: MessagePortLike, options: ConnectHistoryOptions): Promise<History> {
  const { signal, ...request } = options
  const connection = connect(worker, historyErrorOf)
  await connection.call("open", [request], signal)
  return {
    append: async (records) => void (await connection.call("append", [records])),
    remove: async (ids) => void (await connection.call("remove", [ids])),
    sync: async (options) => (await connection.call("sync", [], options?.signal)) as Answer<"sync">,
    compact: async (options) => (await connection.call("compact", [], options?.signal)) as Answer<"compact">,
    search: async (query) => (await connection.call("search", [query])) as Answer<"search">,
    get: async (id) => (await connection.call("get", [id])) as Answer<"get">,
    summary: async () => (await connection.call("summary", [])) as Answer<"summary">,
  }
}

type Answer<Method extends keyof History> = Awaited<ReturnType<History[Method]>>

function historyErrorOf({ code, message, facts }: ErrorFacts): HistoryError | undefined {
  if (!code?.startsWith("HISTORY_")) return undefined
  const place = facts as { readonly segment?: number; readonly line?: number } | undefined
  return new HistoryError(code as HistoryErrorCode, message, { segment: place?.segment, line: place?.line })
}
