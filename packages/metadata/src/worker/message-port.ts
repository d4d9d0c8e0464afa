/** A worker, its own scope, or a `MessagePort`: what both ends of a conversation need of it. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void
  /** `MessagePort` delivers nothing before. */
  start?(): void
}

/** To the worker. */
export interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** To the worker: nobody waits for the call any longer. */
export interface Abort {
  readonly id: number
  readonly abort: true
}

/** From the worker: errors lose their class and code on the way, so these travel apart. */
export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorFacts }

/** What is left of an error. */
export interface ErrorFacts {
  readonly name: string
  readonly message: string
  readonly code?: string | undefined
  /** The fields of a Darkslide error. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined
}
