export { beaconSlotMs, isOfRoom, roomBeacon } from "./beacon/room-beacon.ts"
export type { Announcement, RoomBeacon, ShownRoom } from "./beacon/room-beacon.ts"
export type { ConnectionState } from "./client/hub-session.ts"
export type { SignalConnection, SignalTransport } from "./client/signal-transport.ts"
export { webSocketTransport } from "./client/websocket-transport.ts"
export { RoomsError } from "./errors.ts"
export type { RoomsErrorCode } from "./errors.ts"
export type {
  CandidateOptions,
  GroupCandidate,
  GroupChange,
  GroupKeys,
  GroupKeysProvider,
  GroupMember,
  OpenedMessage,
  PreparedCommit,
  Processed,
} from "./group/group-keys.ts"
export { fingerprintOf } from "./group/room-code.ts"
export { staticLinkKey } from "./group/static-link-key.ts"
export type { OwnerKeys } from "./keys/owner-keys.ts"
export type { Invite } from "./keys/room-secret.ts"
export { inviteFragment, parseInvite, takeInvite } from "./link/invite-link.ts"
export type { AddressBar } from "./link/invite-link.ts"
export { openPasswordLink, passwordLinkFragment } from "./link/password-link.ts"
export { openInvite, sealInvite } from "./link/sealed-invite.ts"
export type { CredentialFacts } from "./membership/credential.ts"
export type { Grant } from "./membership/grant.ts"
export type { Door } from "./membership/head.ts"
export type { Role } from "./membership/roles.ts"
export { comeBack } from "./room/come-back.ts"
export type { ComeBackOptions, Waiting } from "./room/come-back.ts"
export { createRoom } from "./room/create-room.ts"
export type { CreateRoomOptions } from "./room/create-room.ts"
export type { Knock, RoomEvent, RoomMember } from "./room/events.ts"
export { joinRoom, returnToRoom } from "./room/join-room.ts"
export type { JoinRoomOptions, VisitOptions } from "./room/join-room.ts"
export type { Entry } from "./room/knock.ts"
export { Room } from "./room/room.ts"
export type { RoomKeys } from "./room/room.ts"
export type { KnownPerson } from "./room/roster.ts"
export type { Settings } from "./room/staff.ts"
