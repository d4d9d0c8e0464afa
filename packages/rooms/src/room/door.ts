import type { HubMessageOf } from "../wire/hub-message.ts"
import type { AdmissionDesk, AdmissionDeskOptions } from "./admission-desk.ts"
import type { Authority } from "./authority.ts"

/** The admission desk of a member, loaded when there is something to do at it: most never admit anybody. */
export class Door {
  readonly #options: AdmissionDeskOptions
  #loading: Promise<AdmissionDesk> | undefined

  constructor(options: AdmissionDeskOptions) {
    this.#options = options
  }

  get authority(): Authority | undefined {
    return this.#options.powers.authority
  }

  set authority(authority: Authority | undefined) {
    this.#options.powers.authority = authority
  }

  async desk(): Promise<AdmissionDesk> {
    this.#loading ??= import("./admission-desk.ts").then(({ AdmissionDesk }) => new AdmissionDesk(this.#options))
    return await this.#loading
  }

  async handle(message: HubMessageOf<"knocked"> | HubMessageOf<"told"> | HubMessageOf<"gone">): Promise<void> {
    await (await this.desk()).handle(message)
  }

  /** What another member saw at its desk; without one there is nothing to count. */
  async hear(attempt: { readonly way: "code" | "password"; readonly failures: number }): Promise<void> {
    const desk = await this.#loading
    desk?.hear(attempt)
  }
}
