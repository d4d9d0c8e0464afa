import type { Cleaning } from "./files/file-details.ts"
import type { FileState } from "./files/files-service.ts"

/** The words of adding files: part of the app's strings. */
export const fileStrings = {
  add: "Add files",
  drop: "Drop photos or clips here, paste them, or choose them.",
  dropNow: "Drop to add",
  search: "Search",
  cleaning: "What may stay in the files",
  cleaningIs: (what: string) => `Stays in the files: ${what}`,
  cleanings: {
    strict: "Only the picture (safest)",
    share: "The picture, artist and copyright",
    "gps-only": "Everything but the place",
    redrawn: "Drawn anew as JPEG",
  } satisfies Record<Cleaning, string>,
  cleaningHelp: "What is taken out stays readable for you alone, sealed beside the picture.",
  label: "Files being added",
  overall: "All files",
  progress: (done: number, total: number) => `${done} of ${total} files`,
  summary: (added: number, refused: number) => (refused === 0 ? `${added} added.` : `${added} added, ${refused} not.`),
  progressOf: (name: string) => `Progress of ${name}`,
  cancel: "Cancel",
  cancelOf: (name: string) => `Cancel ${name}`,
  cancelAll: "Cancel all",
  clear: "Close",
  redraw: "Add as new JPEG",
  redrawOf: (name: string) => `Add ${name} as new JPEG`,
  offered: "It cannot be cleaned as it is. A new JPEG of its pixels can be made.",
  view: "View",
  viewOf: (name: string) => `View ${name}`,
  pasted: (count: number) => (count === 1 ? "1 file pasted." : `${count} files pasted.`),
  states: {
    waiting: "Waiting",
    reading: "Reading and cleaning…",
    uploading: "Sealed. Uploading…",
    kept: "Sealed here, sent when the server can be reached",
    done: "Added",
    offered: "Needs a decision",
    refused: "Not added",
    cancelled: "Cancelled",
  } satisfies Record<FileState, string>,
} as const
