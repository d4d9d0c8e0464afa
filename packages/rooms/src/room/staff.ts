import { randomBytes, sha256, toBase64Url } from "@darkslide/crypto"
import { RoomsError } from "../errors.ts"
import { sealForOwner } from "../keys/owner-keys.ts"
import { doorSecrets, roomSecretBytes } from "../keys/room-secret.ts"
import { signHead, type Head, type ProvenHead } from "../membership/head.ts"
import { toWireHead } from "../wire/wire-head.ts"
import type { Authority } from "./authority.ts"
import type { Engine } from "./engine.ts"

/** What may change without a new secret. */
export type Settings = Partial<Pick<Head, "locked" | "door" | "maxMembers">>

/** Signs the next head, tells the group, then the hub. */
export async function changeSettings(engine: Engine, authority: Authority, settings: Settings): Promise<void> {
  const { state } = engine
  const proven = await nextHead(state.head, state.provenHead.sealedSecret, authority, settings)
  state.takeHead(proven)
  engine.words.tellSettings()
  await engine.say({ k: "settings", ...wire(proven) })
  await publish(engine, proven)
}

/**
 * Makes a new secret: the old link is dead. The group gets it in a message of its own, the owner sealed at the hub.
 * @param staffFrom - Set by the owner who removes staff: standing grants of before hold no more.
 */
export async function rotateSecret(
  engine: Engine,
  authority: Authority,
  changes: { readonly dismissStaff: boolean },
): Promise<void> {
  const { state } = engine
  const secret = randomBytes(roomSecretBytes)
  const sealedSecret = await sealForOwner(secret, state.head.ownerRecipient)
  const generation = state.head.generation + 1
  const { admission } = doorSecrets({ roomId: state.roomId, secret })
  const proven = await nextHead(state.head, sealedSecret, authority, {
    generation,
    admission: toBase64Url(admission.publicKey),
    ...(changes.dismissStaff && { staffFrom: generation }),
  })
  await engine.say({ k: "rotate", secret: toBase64Url(secret), ...wire(proven) })
  state.takeHead(proven)
  state.takeSecret(secret)
  engine.words.tellSettings()
  await publish(engine, proven)
  await engine.session.renew(admission)
}

async function nextHead(
  head: Head,
  sealedSecret: Uint8Array,
  authority: Authority,
  changes: Partial<Head>,
): Promise<ProvenHead> {
  const { v: _version, by: _signer, ...facts } = head
  const next = { ...facts, ...changes, serial: head.serial + 1, sealedSecret: toBase64Url(sha256(sealedSecret)) }
  return { head: await signHead(next, authority.signer), grant: authority.proof, sealedSecret }
}

/** A hub that does not take it keeps an old door, which leads nowhere: members refuse who comes by it. */
async function publish(engine: Engine, proven: ProvenHead): Promise<void> {
  await engine.session.ask({ t: "head", ...wire(proven) })
}

function wire(proven: ProvenHead) {
  return toWireHead(proven)
}

/** @throws RoomsError `ROOMS_FORBIDDEN` */
export function requireAuthority(authority: Authority | undefined, what: string): Authority {
  if (!authority) throw new RoomsError("ROOMS_FORBIDDEN", `Cannot ${what}: only the owner and moderators may`)
  return authority
}
