import { nodeCrypto } from "../native.ts"

/** ArrayBuffer.prototype.transfer (ECMAScript 2024), where it is. */
interface Transferable {
  transfer?(length: 0): unknown
}

let nowhere: MessagePort | undefined

/**
 * Gives the memory of an array back at once, which collecting it would do later: for arrays of one's own that would
 * otherwise pile up by the thousand. Afterwards the array is empty. Does nothing where the platform cannot, or where the
 * array is part of a larger one.
 */
export function free(bytes: Uint8Array): void {
  const buffer: ArrayBufferLike & Transferable = bytes.buffer
  if (bytes.length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return
  if (nodeCrypto()) buffer.transfer?.(0)
  else if (typeof MessageChannel !== "undefined") {
    // A browser keeps what its own code made until it collects the page's side of it, also after `transfer`, and no
    // longer sees how much that is. Sent to a port that nobody holds, it is gone.
    nowhere ??= closedPort()
    nowhere.postMessage(null, [buffer])
  }
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  return port1
}
