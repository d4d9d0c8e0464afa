import { PageError } from "./page-error.ts"
import type { View } from "../view.ts"

/** The door is here from the start; all other pages come when they are shown first. */
type Later = Exclude<View["name"], "starting" | "unlock" | "create-account" | "sign-in" | "not-found">

const imports: Readonly<Record<Later, () => Promise<unknown>>> = {
  camera: () => import("./camera-page.ts"),
  library: () => import("./library-page.ts"),
  search: () => import("./search-page.ts"),
  photo: () => import("./photo-page.ts"),
  alerts: () => import("./alerts-page.ts"),
  rooms: () => import("./rooms-page.ts"),
  room: () => import("./room-page.ts"),
  channels: () => import("./rooms-page.ts"),
  channel: () => import("./channel-page.ts"),
  settings: () => import("./settings-page.ts"),
  "server-sees": () => import("./server-sees-page.ts"),
}

/** Whether the code of a page is here. */
export type PageState = "here" | "loading" | PageError

/** The code of the pages, each in a file of its own. */
export class PageCode {
  readonly #states = new Map<View["name"], PageState>()
  readonly #changed: () => void

  /** @param changed - Called when the state of a page is another. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Begins to load what is not here. What failed stays so until it is tried again. */
  stateOf(name: View["name"]): PageState {
    if (!isLater(name)) return "here"
    const known = this.#states.get(name)
    if (known === undefined) void this.load(name)
    return known ?? "loading"
  }

  /** Whoever comes back to a page that failed tries it again. */
  forgetFailures(): void {
    for (const [name, state] of this.#states) if (state instanceof PageError) this.#states.delete(name)
  }

  async load(name: View["name"]): Promise<void> {
    if (!isLater(name)) return
    this.#states.set(name, "loading")
    this.#changed()
    try {
      await imports[name]()
      this.#states.set(name, "here")
    } catch (cause) {
      // No network, or a newer app at the server, which has other files.
      this.#states.set(name, new PageError("PAGE_NOT_LOADED", "Cannot show page: its code did not come", { cause }))
    }
    this.#changed()
  }
}

function isLater(name: View["name"]): name is Later {
  return Object.hasOwn(imports, name)
}
