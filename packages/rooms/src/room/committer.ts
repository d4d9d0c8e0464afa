import { randomBytes, toBase64Url } from "@darkslide/crypto"
import type { HubSession } from "../client/hub-session.ts"
import { RoomsError } from "../errors.ts"
import type { GroupKeys, PreparedCommit } from "../group/group-keys.ts"
import { forked } from "./forked.ts"
import { encodeLobbyBody } from "./log-body.ts"
import type { RoomState } from "./room-state.ts"

/** After so long, the next live leaf does what the one below it should have. */
const patienceMs = 700

interface Posted {
  readonly id: string
  readonly body: string
  readonly prepared: PreparedCommit
  readonly adds: readonly string[]
}

/**
 * Makes the commits that are due: the lowest live leaf at once, the others only when it does not. Which of several counts
 * is the hub's first word and everybody's check.
 */
export class Committer {
  readonly #state: RoomState
  readonly #session: HubSession
  readonly #onError: (error: unknown) => void
  #posted: Posted | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPreparing = false
  /** Something was due while one was on its way: it is looked at again afterwards. */
  #isDueAgain = false

  constructor(state: RoomState, session: HubSession, onError: (error: unknown) => void) {
    this.#state = state
    this.#session = session
    this.#onError = onError
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Our own commit that came back as the first of its epoch. */
  takeOwn(id: string, body: string): Posted | undefined {
    const posted = this.#posted
    if (posted?.id !== id) return undefined
    this.#posted = undefined
    if (posted.body !== body) throw forked("the hub changed our commit")
    return posted
  }

  /** Another's commit won: ours is void. */
  lose(): void {
    this.#posted = undefined
  }

  /** Looks whether anything is due, and whose turn it is. */
  check(): void {
    this.stop()
    const { group, live } = this.#state
    if (!group || !this.#isDue()) return
    if (this.#posted || this.#isPreparing) {
      this.#isDueAgain = true
      return
    }
    const rank = live.findIndex(({ leafIndex }) => leafIndex === group.leafIndex)
    if (rank <= 0) this.#start()
    else this.#timer = setTimeout(() => this.#start(), rank * patienceMs)
  }

  /** Commits now, whoever's turn it is: a kick does not wait. */
  commitNow(): void {
    this.stop()
    if (!this.#posted && !this.#isPreparing) this.#start()
  }

  #isDue(): boolean {
    const { newcomers, departing, group } = this.#state
    return newcomers.size > 0 || (group?.members ?? []).some(({ leaf }) => departing.has(leaf))
  }

  #start(): void {
    this.#isPreparing = true
    this.#post()
      .catch(this.#onError)
      .finally(() => {
        this.#isPreparing = false
        const isDueAgain = this.#isDueAgain
        this.#isDueAgain = false
        if (isDueAgain) this.check()
      })
  }

  async #post(): Promise<void> {
    const { group, newcomers, departing, roster, numbers, lobbyKey, roomId } = this.#state
    if (!group) return
    const asked = [...newcomers.values()]
    const remove = group.members.flatMap(({ leaf, leafIndex }) => (departing.has(leaf) ? [leafIndex] : []))
    if (asked.length === 0 && remove.length === 0) return
    const slot = `${group.groupId}:${group.epoch}`
    const prepared = await this.#prepare(group, { add: asked.map(({ keyPackage }) => keyPackage), remove })
    if (!prepared?.helps) return
    const added = asked.filter(({ keyPackage }) => prepared.added.includes(keyPackage))
    const info =
      added.length === 0
        ? {}
        : {
            numbers: group.members.flatMap(({ leaf, leafIndex }) => {
              const number = numbers.get(leaf)
              return number === undefined || remove.includes(leafIndex) ? [] : [[leafIndex, number] as const]
            }),
            roles: roster.grants.map(({ grant, issuer }) => ({
              grant: toBase64Url(grant),
              issuer: toBase64Url(issuer),
            })),
          }
    const adds = added.map(({ leaf }) => leaf)
    const body = encodeLobbyBody(
      {
        k: "commit",
        commit: toBase64Url(prepared.commit),
        ...(prepared.welcome && { welcome: toBase64Url(prepared.welcome) }),
        adds,
        ...info,
      },
      lobbyKey,
      roomId,
    )
    const id = toBase64Url(randomBytes(16))
    this.#posted = { id, body, prepared, adds }
    try {
      await this.#session.askAs(id, { t: "post", body, slot })
    } catch (error) {
      // "taken": the commit that won is on its way, or has come.
      if (this.#posted?.id === id) this.#posted = undefined
      if (!(error instanceof RoomsError && error.code === "ROOMS_LIMIT_EXCEEDED")) throw error
    }
  }

  /** `undefined` where another's commit came first: what is still due then is looked at anew. */
  async #prepare(group: GroupKeys, change: Parameters<GroupKeys["commit"]>[0]): Promise<PreparedCommit | undefined> {
    const { epoch } = group
    try {
      return await group.commit(change)
    } catch (error) {
      if (group.epoch === epoch) throw error
      this.#isDueAgain = true
      return undefined
    }
  }
}
