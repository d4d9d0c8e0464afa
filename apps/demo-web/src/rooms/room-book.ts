import { fromBase64Url, generateSigningSeed, open, seal, toBase64Url } from "@darkslide/crypto"
import type { KnownPerson, OwnerKeys } from "@darkslide/rooms"
import * as z from "zod/mini"
import type { BrowserMemory } from "../account/browser-memory.ts"
import type { HttpAccount } from "../account/http-account.ts"

/** A room that one may come back to. */
export interface SavedRoom {
  readonly roomId: string
  readonly kind: "room" | "channel"
  /** As this person calls it. */
  readonly title: string
  /** 32 bytes, base64url: what the link held when it was last used. */
  readonly secret: string
  /** Of who made it. */
  readonly owner?: OwnerKeys | undefined
  /** The owner answers the door by it whenever they are there. */
  readonly password?: string | undefined
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

/** The rooms that somebody knows, and the key that others know them by. */
export interface RoomBook {
  /** 32 bytes, base64url. */
  readonly personSeed: string
  readonly rooms: readonly SavedRoom[]
  /** Persons whose fingerprints were compared. */
  readonly known: readonly KnownPerson[]
}

/** Where the book is kept between visits. */
export interface RoomBooks {
  /** Whether it outlives this page. */
  readonly isKept: boolean
  read(): Promise<RoomBook>
  write(book: RoomBook): Promise<void>
}

const text = z.string()
const ownerKeys = z.object({ roomId: text, seed: text, identity: text })
const savedRoom = z.object({
  roomId: text,
  kind: z.enum(["room", "channel"]),
  title: text,
  secret: text,
  owner: z.optional(ownerKeys),
  password: z.optional(text),
  usedAt: z.number(),
})
const bookSchema: z.ZodMiniType<RoomBook> = z.object({
  personSeed: text,
  rooms: z.array(savedRoom),
  known: z.array(z.object({ name: text, person: text })),
})

export function emptyBook(): RoomBook {
  return { personSeed: toBase64Url(generateSigningSeed()), rooms: [], known: [] }
}

/** A book that is forgotten with the page. */
export function pageBook(): RoomBooks {
  let book = emptyBook()
  return {
    isKept: false,
    read: async () => book,
    write: async (written) => {
      book = written
    },
  }
}

/** In this browser, sealed to the account's own key; while nobody is unlocked, with the page only. */
export class AccountBooks implements RoomBooks {
  readonly #account: HttpAccount
  readonly #memory: BrowserMemory
  readonly #page = pageBook()

  constructor(options: { readonly account: HttpAccount; readonly memory: BrowserMemory }) {
    this.#account = options.account
    this.#memory = options.memory
  }

  get isKept(): boolean {
    return this.#account.status.status === "unlocked"
  }

  async read(): Promise<RoomBook> {
    if (!this.isKept) return await this.#page.read()
    const { accountId, keyring } = this.#account.unlocked().account
    const sealed = await this.#memory.roomBook(accountId)
    if (sealed === undefined) return emptyBook()
    const plain = await open(sealed, { with: [keyring.identity] })
    const book = bookSchema.parse(JSON.parse(new TextDecoder().decode(plain)))
    // A person's key that is none would show only when somebody asks for it.
    fromBase64Url(book.personSeed, 32)
    return book
  }

  async write(book: RoomBook): Promise<void> {
    if (!this.isKept) return await this.#page.write(book)
    const { accountId, keyring } = this.#account.unlocked().account
    const plain = new TextEncoder().encode(JSON.stringify(book))
    await this.#memory.rememberRoomBook(accountId, await seal(plain, { to: [keyring.identity.recipient] }))
  }
}
