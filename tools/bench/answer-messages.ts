/** Makes the worker that it is called in answer each message with what `answer` gives, for `WorkerPage.ask`. */
export function answerMessages(answer: (message: never) => Promise<unknown>): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    answer(event.data as never).then(
      (result) => postMessage({ result }),
      (error: unknown) => postMessage({ error: String(error) }),
    )
  })
}
