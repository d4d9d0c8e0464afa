const { setImmediate } = globalThis as { readonly setImmediate?: (run: () => void) => unknown }

/** Resolves in a task of its own, when everything that is due in this one has run: in Node without waiting a millisecond. */
export async function nextTask(): Promise<void> {
  await new Promise<void>((resolve) => {
    if (setImmediate) setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}
