import { connect, createServer, type AddressInfo, type Socket } from "node:net"

/** A line to a server of this machine that can be cut: what is on its way is lost, as in a network that breaks. */
export interface CutLine extends AsyncDisposable {
  readonly port: number
  cut(): void
}

export async function openCutLine(toPort: number): Promise<CutLine> {
  const ends = new Set<Socket>()
  const join = (one: Socket, other: Socket): void => {
    ends.add(one)
    one.pipe(other)
    one.on("close", () => {
      ends.delete(one)
      other.destroy()
    })
    // Being cut is what these are for.
    one.on("error", () => undefined)
  }
  const server = createServer((near) => {
    const far = connect(toPort, "127.0.0.1")
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  const cut = (): void => {
    for (const end of [...ends]) end.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
