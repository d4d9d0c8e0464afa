/** Hands `file` to the browser as a download. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the bytes once it started; give it a turn to start.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
