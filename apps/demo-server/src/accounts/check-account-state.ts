import { documentHash, isDarkslideError, readAccountState, toBase64Url } from "@darkslide/crypto"
import type { AccountState } from "@darkslide/crypto"
import { createHash } from "node:crypto"
import { Problem } from "../http/problem.ts"
import type { Account } from "../storage/accounts-store.ts"

interface Offered {
  readonly state: Uint8Array
  readonly keyring: Uint8Array
}

/**
 * The state that an account begins with: signed by its root key, number 1, for this account id and this keyring.
 * @throws Problem `STATE_INVALID`
 */
export function checkFirstState(offered: Offered, accountId: string): AccountState {
  const state = readState(offered)
  if (state.accountId !== accountId) throw invalid("it belongs to another account")
  if (state.n !== 1) throw invalid("the first state has the number 1")
  return state
}

/**
 * The state that follows the stored one.
 * @throws Problem `STATE_INVALID`, or `STATE_CONFLICT` when it follows another one.
 */
export function checkNextState(offered: Offered, current: Account): AccountState {
  const state = readState(offered)
  const before = readAccountState(current.state)
  if (state.accountId !== before.accountId || state.rootKey !== before.rootKey) {
    throw invalid("it belongs to another account")
  }
  if (state.n !== before.n + 1 || state.previousHash !== toBase64Url(documentHash(current.state))) {
    throw stateConflict(current)
  }
  return state
}

/** Another state came first: the client merges with it and signs again. */
export function stateConflict(current: Account): Problem {
  const extra = { current: { state: toBase64Url(current.state), keyring: toBase64Url(current.keyring) } }
  return new Problem("STATE_CONFLICT", "Cannot store account state: it does not follow the stored one", { extra })
}

function readState({ state: document, keyring }: Offered): AccountState {
  const state = verifiedState(document)
  if (state.keyringHash !== createHash("sha256").update(keyring).digest("base64url")) {
    throw invalid("its keyring is another one")
  }
  return state
}

function verifiedState(document: Uint8Array): AccountState {
  try {
    return readAccountState(document)
  } catch (error) {
    if (isDarkslideError(error)) throw invalid("it is malformed or not signed by its root key", error)
    throw error
  }
}

function invalid(reason: string, cause?: unknown): Problem {
  return new Problem("STATE_INVALID", `Cannot store account state: ${reason}`, { cause })
}
