import { onTestFinished, vi } from "vitest"
import type { Call } from "../../src/media/call.ts"
import type { CallEvent } from "../../src/media/call-events.ts"
import type { CallRoom } from "../../src/media/call-room.ts"
import type { Source } from "../../src/media/call-signal.ts"
import { joinCall, type CallOptions } from "../../src/media/join-call.ts"
import type { Guest } from "../room/company.ts"
import { numberedCamera, readNumbers, type NumberedCamera } from "./numbered-pictures.ts"

/** Somebody in a call, with what they send and see. */
export interface Caller {
  readonly guest: Guest
  readonly call: Call
  readonly seen: readonly CallEvent[]
  readonly camera: NumberedCamera
  /** Numbers of the pictures of another, by their name, as they come. */
  readonly pictures: ReadonlyMap<string, ReturnType<typeof readNumbers>>
}

let begun = 0

/** Joins the call with a camera whose numbers are far from everybody else's. */
export async function enterCall(guest: Guest, options: CallOptions & { room?: CallRoom } = {}): Promise<Caller> {
  const camera = numberedCamera(8192 * (begun++ % 8))
  const call = await joinCall(options.room ?? guest.room, { stream: new MediaStream([camera.track]), ...options })
  const seen: CallEvent[] = []
  const pictures = new Map<string, ReturnType<typeof readNumbers>>()
  const events = call.events()
  void (async () => {
    for await (const event of events) {
      seen.push(event)
      if (event.type === "stream" && event.source === "camera")
        pictures.set(event.member.name, readNumbers(event.track))
    }
  })()
  onTestFinished(async () => {
    camera.stop()
    await call.leave()
  })
  return { guest, call, seen, camera, pictures }
}

/** Waits until somebody sees fresh pictures of another: such as were painted after this call. */
export async function expectToSee(watcher: Caller, watched: Caller, count = 5): Promise<void> {
  const from = watched.camera.last()
  await vi.waitFor(
    () => {
      const { name } = watched.guest.room.self
      const numbers = watcher.pictures.get(name)?.numbers ?? []
      const fresh = numbers.filter((number) => number > from && number <= watched.camera.last())
      if (fresh.length < count)
        throw new Error(
          `${fresh.length} fresh pictures of ${name} from ${from}: ${numbers.slice(-5).join()}; ${view(watcher)}`,
        )
    },
    { timeout: 15_000, interval: 20 },
  )
}

export async function expectCallEvent<Type extends CallEvent["type"]>(
  { seen }: Caller,
  type: Type,
  matches: (event: Extract<CallEvent, { type: Type }>) => boolean = () => true,
): Promise<Extract<CallEvent, { type: Type }>> {
  return await vi.waitFor(
    () => {
      const found = seen.find((one): one is Extract<CallEvent, { type: Type }> => {
        return one.type === type && matches(one as Extract<CallEvent, { type: Type }>)
      })
      if (!found) throw new Error(`No ${type} came, but ${seen.map(({ type }) => type).join()}`)
      return found
    },
    { timeout: 15_000, interval: 5 },
  )
}

export function view({ seen }: Caller): string {
  return seen
    .filter(({ type }) => type !== "statistics")
    .map((event) =>
      "error" in event ? `${event.type} ${String(event.error)} ${String(event.error?.cause)}` : event.type,
    )
    .join()
}

export function streamOf(caller: Caller, name: string, source: Source) {
  return caller.call.people
    .find(({ member }) => member.name === name)
    ?.streams.find((stream) => stream.source === source)
}
