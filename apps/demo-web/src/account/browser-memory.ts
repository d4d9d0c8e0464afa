import type { SeenCapture } from "@darkslide/capture"
import type { SeenState } from "@darkslide/crypto"

/** What this browser keeps between visits. Values are structured clones: a CryptoKey stays one. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/** Whose session this browser has: only to greet, and to unlock, after a reload. */
export interface KnownVisitor {
  readonly handle: string
  readonly accountId: string
}

/** Where a device's sequence stands. */
export interface SequenceState {
  readonly seq: number
  readonly prevHash: string
  /** Numbers given up since the last head that declared them. */
  readonly skipped: readonly number[]
  /** Numbers whose captures are not known to be on the server. */
  readonly open?: readonly { readonly seq: number; readonly captureId: string }[] | undefined
}

/**
 * Names and types what lies in the key-value store. Pins and what was seen of an account stay after sign-out: they are
 * how this browser knows a server that shows an older account, or another key.
 */
export class BrowserMemory {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  async visitor(): Promise<KnownVisitor | undefined> {
    return (await this.#store.get("visitor")) as KnownVisitor | undefined
  }

  async rememberVisitor(visitor: KnownVisitor): Promise<void> {
    await this.#store.set("visitor", visitor)
  }

  async forgetVisitor(): Promise<void> {
    await this.#store.delete("visitor")
  }

  async serverKey(handle: string): Promise<Uint8Array | undefined> {
    return (await this.#store.get(`server-key/${handle}`)) as Uint8Array | undefined
  }

  async pinServerKey(handle: string, key: Uint8Array): Promise<void> {
    await this.#store.set(`server-key/${handle}`, key)
  }

  async seenState(accountId: string): Promise<SeenState | undefined> {
    return (await this.#store.get(`seen-state/${accountId}`)) as SeenState | undefined
  }

  async rememberState(accountId: string, seen: SeenState): Promise<void> {
    await this.#store.set(`seen-state/${accountId}`, seen)
  }

  async seenCapture(captureId: string): Promise<SeenCapture | undefined> {
    return (await this.#store.get(`seen-capture/${captureId}`)) as SeenCapture | undefined
  }

  async rememberCapture(captureId: string, seen: SeenCapture): Promise<void> {
    await this.#store.set(`seen-capture/${captureId}`, seen)
  }

  async forgetCapture(captureId: string): Promise<void> {
    await this.#store.delete(`seen-capture/${captureId}`)
  }

  async deviceKeys(accountId: string): Promise<CryptoKeyPair | undefined> {
    return (await this.#store.get(`device/${accountId}`)) as CryptoKeyPair | undefined
  }

  async rememberDeviceKeys(accountId: string, keys: CryptoKeyPair): Promise<void> {
    await this.#store.set(`device/${accountId}`, keys)
  }

  /** Whom this account's captures are sealed to: public, and enough to take some while it is locked. */
  async recipient(accountId: string): Promise<string | undefined> {
    return (await this.#store.get(`recipient/${accountId}`)) as string | undefined
  }

  async rememberRecipient(accountId: string, recipient: string): Promise<void> {
    await this.#store.set(`recipient/${accountId}`, recipient)
  }

  /** The rooms that this account knows, sealed to it. */
  async roomBook(accountId: string): Promise<Uint8Array | undefined> {
    return (await this.#store.get(`rooms/${accountId}`)) as Uint8Array | undefined
  }

  async rememberRoomBook(accountId: string, sealed: Uint8Array): Promise<void> {
    await this.#store.set(`rooms/${accountId}`, sealed)
  }

  async forgetDevice(accountId: string, deviceId: string): Promise<void> {
    await this.#store.delete(`recipient/${accountId}`)
    await this.#store.delete(`device/${accountId}`)
    await this.#store.delete(`sequence/${deviceId}`)
  }

  async sequence(deviceId: string): Promise<SequenceState | undefined> {
    return (await this.#store.get(`sequence/${deviceId}`)) as SequenceState | undefined
  }

  async rememberSequence(deviceId: string, sequence: SequenceState): Promise<void> {
    await this.#store.set(`sequence/${deviceId}`, sequence)
  }
}
