/**
 * What a member may do, as every receiver checks it.
 * - `owner`: everything. `moderator`: admits, kicks, locks, revokes the link.
 * - `member`: sends and receives. `sender`: sends items. `receiver`, `viewer`: receive; a receiver also says so.
 * - `interceptor`: a connection with the hub's view, outside the group: never granted.
 */
export type Role = "owner" | "moderator" | "member" | "sender" | "receiver" | "viewer"

export const roles: readonly Role[] = ["owner", "moderator", "member", "sender", "receiver", "viewer"]

/** What those who are no staff can be. */
export const guestRoles: readonly Role[] = ["member", "sender", "receiver", "viewer"]

/** Whether this role may kick, lock, and replace the head. */
export function isStaff(role: Role): boolean {
  return role === "owner" || role === "moderator"
}

/** Whether items of this role are shown by receivers, and whether it may begin a session anew. */
export function maySendItems(role: Role): boolean {
  return role !== "receiver" && role !== "viewer"
}

/** Whether items are sealed to this role. A sender sees what it sent itself. */
export function mayReceiveItems(role: Role): boolean {
  return role !== "sender"
}

/** Whether chat of this role is shown by receivers. */
export function mayChat(role: Role): boolean {
  return role !== "viewer"
}

/** Whether frames and items of this role are shown by receivers. */
export function maySend(role: Role): boolean {
  return role !== "viewer" && role !== "receiver"
}
