/** Makes the worker that it is called in answer each message with what `answer` gives, for `WorkerPage.ask`. */
export function answerMessages(answer: (message: never) => Promise<unknown>): void {
  addEventListener("message", (event: MessageEvent<never>) => {
    answer(event.data).then(
      (result) => postMessage({ result }),
      (error: unknown) => postMessage({ error: String(error) }),
    )
  })
}
