import type { AccountStatus } from "./account/account-service.ts"
import type { Route } from "./router.ts"

/** What the app shows: the route's page, or what stands in for it until the account is open. */
export type View =
  | Exclude<Route, { name: "home" | "take" }>
  | { readonly name: "starting" }
  | { readonly name: "unlock" }

/**
 * The view for a route under an account status. `address` is set where the address bar must change with it: signed-out
 * people are led to Sign in, signed-in people away from it.
 */
export function viewOf(route: Route, status: AccountStatus): { readonly view: View; readonly address?: string } {
  if (route.name === "server-sees" || route.name === "not-found") return { view: route }
  // Rooms are open to whoever has a link, with an account or without.
  if (isRoomRoute(route)) return { view: status.status === "unknown" ? { name: "starting" } : route }
  const isDoor = route.name === "home" || route.name === "sign-in" || route.name === "create-account"
  switch (status.status) {
    case "unknown":
      return { view: { name: "starting" } }
    case "signed-out":
      if (route.name === "sign-in" || route.name === "create-account") return { view: route }
      return { view: { name: "sign-in" }, address: "/sign-in" }
    case "locked":
      // Sealing needs no key that opens anything.
      if (route.name === "take") return { view: { name: "camera" } }
      return isDoor ? { view: { name: "unlock" }, address: "/camera" } : { view: { name: "unlock" } }
    case "unlocked":
      return isDoor || route.name === "take" ? { view: { name: "camera" }, address: "/camera" } : { view: route }
  }
}

type RoomRoute = Extract<Route, { name: "rooms" | "channels" | "room" | "channel" }>

function isRoomRoute(route: Route): route is RoomRoute {
  return route.name === "rooms" || route.name === "channels" || route.name === "room" || route.name === "channel"
}
