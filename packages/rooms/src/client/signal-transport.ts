/** One connection to the hub. */
export interface SignalConnection {
  /** One frame of text. After the end it does nothing. */
  send(text: string): void
  /** Frames as they come, once; ends when the connection does, by whichever side. */
  readonly messages: AsyncIterable<string>
  close(): void
}

/** Reaches the hub: the port under rooms. WebSocket by {@link webSocketTransport}. */
export interface SignalTransport {
  /** @throws when there is no connection; the signal's reason when it is aborted. */
  connect(options: { readonly signal: AbortSignal }): Promise<SignalConnection>
}
