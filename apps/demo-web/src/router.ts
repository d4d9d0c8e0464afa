export type Route =
  | { readonly name: "home" }
  | { readonly name: "take" }
  | {
      readonly name:
        | "create-account"
        | "sign-in"
        | "camera"
        | "library"
        | "search"
        | "alerts"
        | "settings"
        | "server-sees"
    }
  | { readonly name: "rooms" | "channels" }
  | { readonly name: "room" | "channel"; readonly roomId: string }
  | { readonly name: "photo"; readonly captureId: string }
  | { readonly name: "not-found" }

const fixedPaths = new Map<string, Route>([
  ["/", { name: "home" }],
  ["/create-account", { name: "create-account" }],
  ["/sign-in", { name: "sign-in" }],
  ["/camera", { name: "camera" }],
  ["/camera/locked", { name: "take" }],
  ["/library", { name: "library" }],
  ["/search", { name: "search" }],
  ["/alerts", { name: "alerts" }],
  ["/rooms", { name: "rooms" }],
  ["/channels", { name: "channels" }],
  ["/settings", { name: "settings" }],
  ["/what-the-server-sees", { name: "server-sees" }],
])

/** The page that a path names. A capture id is 16 bytes in base64url: 22 characters; a room id 26 of base32. */
export function routeOf(path: string): Route {
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path
  const captureId = /^\/library\/([\w-]{22})$/.exec(plain)?.[1]
  if (captureId !== undefined) return { name: "photo", captureId }
  const [, place, roomId] = /^\/(room|channel)s\/([a-z2-7]{26})$/.exec(plain) ?? []
  if (place !== undefined && roomId !== undefined) return { name: place === "room" ? "room" : "channel", roomId }
  return fixedPaths.get(plain) ?? { name: "not-found" }
}

/** Paths on the History API: follows links of this origin, Back and Forward, without loading a document. */
export class Router {
  readonly #window: Window
  #changed: (route: Route) => void = () => undefined

  constructor(window: Window) {
    this.#window = window
  }

  get path(): string {
    return this.#window.location.pathname
  }

  get route(): Route {
    return routeOf(this.path)
  }

  /** Calls `changed` after each move, until `signal` aborts. */
  follow(changed: (route: Route) => void, signal: AbortSignal): void {
    this.#changed = changed
    this.#window.addEventListener("popstate", () => changed(this.route), { signal })
    this.#window.document.addEventListener("click", (event) => this.#followLink(event), { signal })
  }

  go(path: string): void {
    if (path === this.path) return
    this.#window.history.pushState(null, "", path)
    this.#window.scrollTo(0, 0)
    this.#changed(this.route)
  }

  /** Corrects the address without a new history entry. The caller knows the new route. */
  replace(path: string): void {
    this.#window.history.replaceState(null, "", path)
  }

  #followLink(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.composedPath().find((target) => target instanceof HTMLAnchorElement)
    if (link === undefined || link.target !== "" || link.hasAttribute("download")) return
    if (link.origin !== this.#window.location.origin || link.hash !== "") return
    if (routeOf(link.pathname).name === "not-found") return
    event.preventDefault()
    this.go(link.pathname)
  }
}
