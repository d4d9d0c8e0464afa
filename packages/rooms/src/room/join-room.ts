import { generateSigningSeed, signerFromSeed, toBase64Url, type Signer } from "@darkslide/crypto"
import { HubLine } from "../client/hub-line.ts"
import { HubSession } from "../client/hub-session.ts"
import type { SignalTransport } from "../client/signal-transport.ts"
import { RoomsError } from "../errors.ts"
import type { GroupKeysProvider } from "../group/group-keys.ts"
import { fromWireHead } from "../wire/wire-head.ts"
import { openAsOwner, ownerSigner, type OwnerKeys } from "../keys/owner-keys.ts"
import { doorSecrets } from "../keys/room-secret.ts"
import { encodeCredential, signLeaf } from "../membership/credential.ts"
import { checkGrant, signGrant, type ProvenGrant } from "../membership/grant.ts"
import { checkHead, type Head } from "../membership/head.ts"
import { isStaff } from "../membership/roles.ts"
import type { Authority } from "./authority.ts"
import { Door } from "./door.ts"
import type { DoorPassword } from "./door-password.ts"
import { Engine } from "./engine.ts"
import type { Admission, Entry } from "./knock.ts"
import { Room } from "./room.ts"
import { RoomState } from "./room-state.ts"
import type { KnownPerson } from "./roster.ts"

/** How somebody goes in, whichever way they come. */
export interface VisitOptions {
  readonly transport: SignalTransport
  /** As the others see it; the hub does not. At most 128 UTF-16 units. */
  readonly name: string
  /** The key that others know this person by. Default: a new one for this visit. */
  readonly person?: Signer | undefined
  /** Persons whose fingerprints were compared before. */
  readonly known?: readonly KnownPerson[] | undefined
  /** Default: MLS, loaded when it is needed. All members use the same. */
  readonly keys?: GroupKeysProvider | undefined
  /** Ends waiting, and the visit. */
  readonly signal?: AbortSignal | undefined
}

export interface JoinRoomOptions extends VisitOptions {
  /** What to go in with: an invitation, a code, or the room's id and password. */
  readonly entry: Entry
  /** What to be in the room, of the roles of guests: who admits may give another. Default: `member`. */
  readonly role?: "member" | "sender" | "receiver" | "viewer" | undefined
  /** A standing grant of the owner's, for moderators: they go in without being asked for. */
  readonly standing?: Uint8Array | undefined
  /** Told once a person is being asked. */
  readonly onAsked?: (() => void) | undefined
}

/** How long who was let in waits to be added, in milliseconds. */
const enterWithinMs = 10_000

/**
 * Goes into a room. Resolves once the keys of the group are there.
 * @throws RoomsError `ROOMS_LINK_WRONG`, `ROOMS_LINK_REVOKED`, `ROOMS_CODE_WRONG`, `ROOMS_CODE_BURNED`, `ROOMS_NOT_FOUND`,
 * `ROOMS_EXPIRED`, `ROOMS_NOBODY_TO_ADMIT`, `ROOMS_NOT_ADMITTED`, `ROOMS_FULL`, `ROOMS_LOCKED`, `ROOMS_UNREACHABLE`, …;
 * the signal's reason.
 */
export async function joinRoom(options: JoinRoomOptions): Promise<Room> {
  // Owners never knock: what that takes is loaded beside the group's keys.
  const [visit, { knock }] = await Promise.all([beginVisit(options), import("./knock.ts")])
  const { entry, standing } = options
  if (standing && "invite" in entry) {
    const proven = { grant: standing, issuer: new Uint8Array() }
    const authority = { signer: visit.person, proof: standing, isOwner: false }
    return await enter(visit, { invite: entry.invite, proven }, authority)
  }
  const admission = await knock({
    transport: options.transport,
    entry,
    wish: options.role,
    signal: visit.signal,
    signLeaf: async (head) => await leafDocument(visit, head),
    onAsked: options.onAsked ?? (() => {}),
  })
  return await enter(visit, admission, undefined)
}

/**
 * Goes back into one's own room, whatever became of its link meanwhile: the newest secret lies sealed at the hub.
 * @throws RoomsError as {@link joinRoom}
 */
export async function returnToRoom(options: VisitOptions & { readonly owner: OwnerKeys }): Promise<Room> {
  const { owner, transport } = options
  const visit = await beginVisit(options)
  const line = await HubLine.open(transport, visit.signal)
  try {
    line.say({ t: "look", room: owner.roomId })
    const proven = fromWireHead(await line.expect(["head"], "find room"))
    const head = checkHead(proven, owner.roomId)
    const invite = await openAsOwner(proven.sealedSecret, owner)
    return await enterAsOwner(visit, { invite, head, owner })
  } finally {
    line.close()
  }
}

/** Goes in by the owner's own word. */
export async function enterAsOwner(
  visit: Visit,
  { invite, head, owner }: { readonly invite: Admission["invite"]; readonly head: Head; readonly owner: OwnerKeys },
): Promise<Room> {
  const signer = ownerSigner(owner)
  const grant = await signGrant(
    {
      room: owner.roomId,
      person: toBase64Url(visit.person.publicKey),
      leaf: toBase64Url(visit.leaf.publicKey),
      role: "owner",
      admits: true,
      generation: head.generation,
      serial: Date.now(),
    },
    signer,
  )
  const proven = { grant, issuer: new Uint8Array() }
  return await enter(visit, { invite, proven }, { signer, proof: new Uint8Array(), isOwner: true })
}

/** Who goes in, before they have knocked. */
export interface Visit {
  readonly options: VisitOptions
  readonly provider: GroupKeysProvider
  readonly person: Signer
  readonly leaf: Signer
  readonly leafSeed: Uint8Array
  readonly signal: AbortSignal
}

export async function beginVisit(options: VisitOptions): Promise<Visit> {
  options.signal?.throwIfAborted()
  const leafSeed = generateSigningSeed()
  return {
    options,
    provider: options.keys ?? (await import("../group/mls-provider.ts")).mlsGroupKeys(),
    person: options.person ?? signerFromSeed(generateSigningSeed()),
    leaf: signerFromSeed(leafSeed),
    leafSeed,
    signal: options.signal ?? new AbortController().signal,
  }
}

async function leafDocument(visit: Visit, head: Head): Promise<Uint8Array> {
  const { room, owner } = head
  return await signLeaf({ room, owner, leaf: visit.leaf.publicKey, name: visit.options.name }, visit.person)
}

async function enter(visit: Visit, { invite, proven }: Admission, authority: Authority | undefined): Promise<Room> {
  const { transport, known = [] } = visit.options
  const { admission } = doorSecrets(invite)
  const session = await HubSession.join({
    transport,
    roomId: invite.roomId,
    admission,
    admits: authority !== undefined,
    signal: visit.signal,
  })
  try {
    const state = new RoomState(invite, fromWireHead(session.joined), known)
    checkOwnGrant(proven, state.head)
    const credential = encodeCredential(await leafDocument(visit, state.head), proven)
    const { roomId, secret: roomSecret } = invite
    const candidate = await visit.provider.prepare({ roomId, roomSecret, leafSeed: visit.leafSeed, credential })
    const { engine, door } = assemble(visit, { state, session, candidate, authority })
    await engine.enter({ mayFound: authority !== undefined, waitMs: enterWithinMs })
    return new Room(engine, door)
  } catch (error) {
    session.close()
    visit.signal.throwIfAborted()
    throw error
  }
}

/** What we were given must hold, or the others will refuse it. */
function checkOwnGrant(proven: ProvenGrant, { room, owner, staffFrom, generation }: Head): void {
  const grant = checkGrant(proven, { roomId: room, owner, staffFrom })
  if (!isStaff(grant.role) && grant.generation !== generation)
    throw new RoomsError("ROOMS_LINK_REVOKED", "Cannot enter room: its link was replaced meanwhile")
}

function assemble(
  visit: Visit,
  parts: {
    readonly state: RoomState
    readonly session: HubSession
    readonly candidate: Awaited<ReturnType<GroupKeysProvider["prepare"]>>
    readonly authority: Authority | undefined
  },
): { engine: Engine; door: Door } {
  const { state, session, candidate, authority } = parts
  const report = (error: unknown): void => {
    const code = error instanceof RoomsError ? error.code : "ROOMS_MALFORMED"
    state.events.emit({ type: "ignored", code })
  }
  const onFailure = ({ way, failures, isBurned: burned }: DoorPassword): void => {
    const { self } = state
    if (self) state.events.emit({ type: "attempt_failed", from: state.describe(self), way, failures, burned })
    engine.say({ k: "attempt", way, failures, burned }).catch(report)
  }
  const door = new Door({ state, session, powers: { authority }, onFailure })
  const engine: Engine = new Engine({
    state,
    session,
    provider: visit.provider,
    candidate,
    ownLeaf: toBase64Url(visit.leaf.publicKey),
    listener: {
      onDoor: (message) => {
        door.handle(message).catch(report)
      },
      onOwnGrant: (proven) => {
        const grant = checkGrant(proven, { roomId: state.roomId, owner: state.head.owner })
        if (door.authority?.isOwner) return
        const isStanding = grant.admits && grant.leaf === undefined
        door.authority = isStanding ? { signer: visit.person, proof: proven.grant, isOwner: false } : undefined
        session.say({ t: "admits", admits: isStanding })
      },
      onAttempt: (attempt) => {
        door.hear(attempt).catch(report)
      },
    },
  })
  return { engine, door }
}
