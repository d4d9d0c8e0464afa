import { shortcutOf, type Shortcut } from "./shortcuts.ts"
import type { ViewActions, ViewState } from "./view/view-state.ts"

/** Does what a key means in this state; a key that means nothing is left to the page. */
export function pressKey(event: KeyboardEvent, state: ViewState, actions: ViewActions): void {
  const shortcut = shortcutOf(event, state.hasLetters ? "on" : "off")
  const act = shortcut === undefined ? undefined : meaningOf(shortcut, state, actions)
  if (act === undefined) return
  act()
  event.preventDefault()
}

function meaningOf(shortcut: Shortcut, view: ViewState, actions: ViewActions): (() => void) | undefined {
  const { state, camera } = view
  const isLive = state === "live"
  switch (shortcut) {
    case "cancel":
      return state === "counting" ? actions.cancelTimer : undefined
    case "photo":
      return isLive ? actions.shoot : undefined
    case "record":
      return state === "recording" ? actions.stopRecording : actions.record
    case "timer":
      return isLive ? actions.nextTimer : undefined
    case "camera":
      return isLive ? () => chooseNext(view, actions) : undefined
    case "mirror":
      return camera === undefined ? undefined : actions.turnMirror
    case "zoom-in":
      return () => moveZoom(1, view, actions)
    case "zoom-out":
      return () => moveZoom(-1, view, actions)
  }
}

function chooseNext({ cameras, camera }: ViewState, { choose }: ViewActions): void {
  const at = cameras.findIndex(({ deviceId }) => deviceId === camera?.info.deviceId)
  const next = cameras[(at + 1) % cameras.length]
  if (next !== undefined && cameras.length > 1) choose(next.deviceId)
}

/** By a tenth of what the camera can, or its own step where that is more. */
function moveZoom(direction: 1 | -1, { camera }: ViewState, { setZoom }: ViewActions): void {
  const zoom = camera?.controls.zoom
  if (zoom === undefined) return
  const by = Math.max(zoom.step, (zoom.max - zoom.min) / 10) * direction
  setZoom(Math.min(zoom.max, Math.max(zoom.min, zoom.value + by)))
}
