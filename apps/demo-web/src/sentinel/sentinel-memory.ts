import type { KeyValueStore } from "../account/browser-memory.ts"
import type { AlertContentChoice } from "./sentinel-service.ts"

/** What an armed browser keeps, also while nobody is signed in. Nothing of it opens anything. */
export interface ArmedRecord {
  readonly accountId: string
  readonly deviceId: string
  /** Signs photos for the inbox. Its private half cannot be read out. */
  readonly pair: CryptoKeyPair
  /** Whom its photos are sealed to. */
  readonly recipient: string
  /** Adds to the owner's inbox, and does nothing else. */
  readonly token: string
  readonly content: AlertContentChoice
  /** Failed logins since the last photo, or the last good login. */
  readonly failures: number
}

/** Sealed photos that the server does not have yet: bodies as they will be sent, the oldest first. */
export type WaitingPhotos = readonly string[]

/** Names what the sentinel keeps in the browser's key-value store. */
export class SentinelMemory {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  async armed(): Promise<ArmedRecord | undefined> {
    return (await this.#store.get("sentinel")) as ArmedRecord | undefined
  }

  async remember(record: ArmedRecord): Promise<void> {
    await this.#store.set("sentinel", record)
  }

  async forget(): Promise<void> {
    await this.#store.delete("sentinel")
    await this.#store.delete("sentinel/waiting")
  }

  async waiting(): Promise<WaitingPhotos> {
    return ((await this.#store.get("sentinel/waiting")) as WaitingPhotos | undefined) ?? []
  }

  async keepWaiting(photos: WaitingPhotos): Promise<void> {
    await this.#store.set("sentinel/waiting", photos)
  }
}
