import { beforeEach, describe, expect, test } from "vitest"
import {
  accountIdOf,
  accountStateHash,
  advanceHistory,
  certifyDevice,
  createAccount,
  deviceIdOf,
  fromBase64Url,
  generateKeyPair,
  generateSigningSeed,
  keyringHashOf,
  readAccountState,
  reopenAccount,
  revokeDevice,
  signAccountState,
  signerFromSeed,
  unlockAccount,
  type AccountState,
  type NewDevice,
  type UnlockedAccount,
} from "@darkslide/crypto"

const exportKey = new Uint8Array(64).fill(1)
const serverPublicKey = new Uint8Array(32).fill(2)
const at = 1_790_000_000_000
let account: UnlockedAccount

beforeEach(async () => {
  account = await createAccount({ exportKey, serverPublicKey, device: newDevice("first"), at })
})

describe("createAccount()", () => {
  test("makes an id from the root key, and a first state that signs for itself", () => {
    const state = readAccountState(account.stored.state)
    expect(state).toEqual(account.state)
    expect(state.accountId).toBe(accountIdOf(fromBase64Url(state.rootKey)))
    expect(state.accountId).toMatch(/^[a-z2-7]{26}$/)
    expect(state).toMatchObject({ n: 1, at, keyringHash: keyringHashOf(account.stored.keyring) })
    expect(state.recipients).toEqual([account.identity.recipient.toString()])
  })

  test("stores nothing that names a device or holds a secret in clear", () => {
    const stored = Buffer.concat(Object.values(account.stored)).toString("latin1")
    expect(stored).not.toContain("first")
    expect(stored).not.toContain(account.identity.toString())
  })
})

describe("unlockAccount()", () => {
  test("opens with the export key alone", () => {
    const opened = unlockAccount({ exportKey, serverPublicKey, stored: account.stored })
    expect(opened.identity.toString()).toBe(account.identity.toString())
    expect(opened.keyring.deviceNames).toEqual(account.keyring.deviceNames)
  })

  test("refuses another export key", () => {
    const other = new Uint8Array(64)
    expectCode("ACCOUNT_STATE_INVALID", () =>
      unlockAccount({ exportKey: other, serverPublicKey, stored: account.stored }),
    )
  })

  test("refuses a server whose key is not the one that the keyring holds", () => {
    expectCode("ACCOUNT_SERVER_CHANGED", () =>
      unlockAccount({ exportKey, serverPublicKey: new Uint8Array(32), stored: account.stored }),
    )
  })

  test("refuses parts of two accounts put together", async () => {
    const other = await createAccount({ exportKey, serverPublicKey, device: newDevice("x"), at })
    for (const part of ["wrap", "keyring", "state"] as const) {
      const stored = { ...account.stored, [part]: other.stored[part] }
      expectCode("ACCOUNT_STATE_INVALID", () => unlockAccount({ exportKey, serverPublicKey, stored }))
    }
  })

  test("refuses a state that someone else signed", async () => {
    const forged = await signAccountState(account.state, signerFromSeed(generateSigningSeed()))
    expectCode("ACCOUNT_STATE_INVALID", () => unlock({ state: forged }))
  })

  test("refuses a state that names another recipient, though the root signed it", async () => {
    const recipients = [generateKeyPair().recipient.toString()]
    for (const change of [
      { recipients },
      { recipients: [...account.state.recipients, ...recipients] },
      { inboxRecipient: recipients[0] },
    ])
      expectCode("ACCOUNT_STATE_INVALID", await unlockChanged(change as Partial<AccountState>))
  })

  test("refuses a state of a suite that this version does not know", async () => {
    expectCode("ACCOUNT_SUITE_REFUSED", await unlockChanged({ minSuite: 2 }))
  })

  test("refuses an older state, and another one of the same number, to who saw the newer", async () => {
    const newer = await certifyDevice(account, { device: newDevice("second"), at: at + 1 })
    const fork = await certifyDevice(account, { device: newDevice("third"), at: at + 1 })
    const seen = { n: newer.state.n, hash: accountStateHash(newer.stored.state) }
    const unlockSeen = (stored: UnlockedAccount["stored"]) => () =>
      unlockAccount({ exportKey, serverPublicKey, stored, seen })
    expect(unlockSeen(newer.stored)().state.n).toBe(2)
    expectCode("ACCOUNT_ROLLED_BACK", unlockSeen(account.stored))
    expectCode("ACCOUNT_ROLLED_BACK", unlockSeen(fork.stored))
  })

  test("refuses any flipped bit of what is stored", () => {
    for (const part of ["wrap", "keyring", "state"] as const) {
      for (let offset = 0; offset < account.stored[part].length; offset += 61) {
        const changed = account.stored[part].slice()
        changed[offset] = (changed[offset] ?? 0) ^ 4
        expect(() => unlock({ [part]: changed })).toThrow()
      }
    }
  })
})

describe("certifyDevice()", () => {
  test("continues the chain of states, and reopenAccount() follows it", async () => {
    const device = newDevice("second")
    const next = await certifyDevice(account, { device, at: at + 5 })
    expect(next.state).toMatchObject({ n: 2, at: at + 5, previousHash: accountStateHash(account.stored.state) })
    const reopened = reopenAccount(account, next.stored)
    expect(reopened.state.devices.map((each) => each.deviceId)).toContain(deviceIdOf(device.publicKey))
    expect(reopened.keyring.deviceNames[deviceIdOf(device.publicKey)]).toBe("second")
    expectCode("ACCOUNT_ROLLED_BACK", () => reopenAccount(next, account.stored))
  })
})

describe("advanceHistory()", () => {
  const head = (count: number) => ({ count, hash: Buffer.alloc(32, count).toString("base64url") })

  test("signs the head into the next state, and leaves it in those after", async () => {
    const next = await advanceHistory(account, { history: head(3), at: at + 1 })
    expect(reopenAccount(account, next.stored).state).toMatchObject({ n: 2, history: head(3) })
    expect(next.keyring).toEqual(account.keyring)
    const after = await certifyDevice(next, { device: newDevice("second"), at: at + 2 })
    expect(after.state.history).toEqual(head(3))
  })

  test("never goes back", async () => {
    const next = await advanceHistory(account, { history: head(3), at: at + 1 })
    await expect(advanceHistory(next, { history: head(3), at: at + 2 })).rejects.toThrow(RangeError)
    const { v: _, ...rest } = next.state
    const state: AccountState = {
      ...{ v: 1, ...rest, n: 3, history: head(2) },
      previousHash: accountStateHash(next.stored.state),
    }
    const document = await signAccountState(state, signerFromSeed(next.keyring.rootSeed))
    expectCode("ACCOUNT_STATE_INVALID", () => reopenAccount(next, { ...next.stored, state: document }))
  })
})

describe("revokeDevice()", () => {
  test("keeps the device with its last capture", async () => {
    const deviceId = account.state.devices[0]?.deviceId ?? ""
    const last = { lastSeq: 7, lastHash: account.state.keyringHash }
    const next = await revokeDevice(account, { deviceId, last, at })
    expect(readAccountState(next.stored.state).devices[0]).toMatchObject({ deviceId, revoked: last })
    await expect(revokeDevice(account, { deviceId: "nobody", last, at })).rejects.toThrow(RangeError)
  })
})

function newDevice(name: string): NewDevice {
  return { publicKey: signerFromSeed(generateSigningSeed()).publicKey, scope: "full", name }
}

function unlock(change: Partial<UnlockedAccount["stored"]>): UnlockedAccount {
  return unlockAccount({ exportKey, serverPublicKey, stored: { ...account.stored, ...change } })
}

async function unlockChanged(change: Partial<AccountState>): Promise<() => UnlockedAccount> {
  const state = await signAccountState({ ...account.state, ...change }, signerFromSeed(account.keyring.rootSeed))
  return () => unlock({ state })
}

function expectCode(code: string, work: () => unknown): void {
  expect(work).toThrow(expect.objectContaining({ code }) as Error)
}
