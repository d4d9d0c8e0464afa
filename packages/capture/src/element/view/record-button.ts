import { makeButton } from "./make-element.ts"
import type { Region } from "./region.ts"
import { keyOf, type ViewActions } from "./view-state.ts"
import { writeAttribute, writeLabel } from "./write-changes.ts"

/** Records, and stops that; there only with a recorder. */
export function createRecordButton({ record, stopRecording }: ViewActions): Region {
  let isRecording = false
  const node = makeButton({ part: "record", class: "record" }, () => (isRecording ? stopRecording() : record()))
  return {
    node,
    update(state) {
      isRecording = state.state === "recording"
      writeLabel(node, isRecording ? state.words.stopRecording : state.words.record)
      writeAttribute(node, "aria-keyshortcuts", keyOf(state, "r"))
      writeAttribute(node, "aria-disabled", state.state === "live" || isRecording ? "false" : "true")
      return state.hasRecorder
    },
  }
}
