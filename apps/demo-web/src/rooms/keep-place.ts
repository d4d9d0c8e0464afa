import { comeBack, RoomsError } from "@darkslide/rooms"
import type { LiveRoom } from "./live-room.ts"
import type { JoinOptions } from "./rooms-service.ts"

type Enter = (options: Pick<JoinOptions, "signal" | "onAsked">) => Promise<LiveRoom>

/** Goes back in where the hub kept our place no longer, while the room's secret opens it. */
export function keepPlace(live: LiveRoom, enter: Enter): void {
  const lost = new AbortController()
  live.onChange(() => {
    if (live.over?.error?.code !== "ROOMS_SESSION_LOST") return
    lost.abort()
    void goBack(live, enter)
  }, lost.signal)
}

async function goBack(live: LiveRoom, enter: Enter): Promise<void> {
  const trying = new AbortController()
  live.beginWayBack(() => trying.abort(new DOMException("The way back was given up", "AbortError")))
  try {
    const knock = async (signal: AbortSignal): Promise<LiveRoom> => {
      live.goBack({ step: "knocking" })
      return await enter({ signal, onAsked: () => live.goBack({ step: "asked" }) })
    }
    const back = await comeBack(knock, {
      signal: trying.signal,
      onWaiting: (waiting) => live.goBack({ step: "waiting", ...waiting }),
    })
    back.takeUp(live)
    live.endWayBack()
  } catch (error) {
    // Given up, or no answer of the room: what ended it is still there to read.
    live.endWayBack(error instanceof RoomsError ? error : undefined)
  }
}
