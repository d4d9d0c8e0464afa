import { encodeFields, sha256, toBase64Url } from "@darkslide/crypto"
import type { ClientConfig, Credential, RatchetTree } from "ts-mls"
import { defaultClientConfig } from "ts-mls/clientConfig.js"
import { RoomsError } from "../errors.ts"
import { checkCredential, type CredentialFacts } from "../membership/credential.ts"
import type { GroupMember } from "./group-keys.ts"

const maxKept = 4096

/** Checks credentials of one room, each once: signatures cost a millisecond, and every epoch shows all of them again. */
export class MlsMembers {
  readonly #roomId: string
  readonly #checked = new Map<string, CredentialFacts>()

  constructor(roomId: string) {
    this.#roomId = roomId
  }

  get roomId(): string {
    return this.#roomId
  }

  /** Who a leaf says it is, once all signatures hold. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
  factsOf(credential: Credential, leafKey: Uint8Array): CredentialFacts {
    if (credential.credentialType !== "basic")
      throw new RoomsError("ROOMS_MALFORMED", "Cannot read credential: of another type")
    const id = toBase64Url(sha256(encodeFields(credential.identity, leafKey)))
    const known = this.#checked.get(id)
    if (known) return known
    const facts = checkCredential(credential.identity, leafKey, { roomId: this.#roomId })
    if (this.#checked.size < maxKept) this.#checked.set(id, facts)
    return facts
  }

  /** Everybody on the leaves of a tree. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
  in(tree: RatchetTree): readonly GroupMember[] {
    return tree.flatMap((node, index) =>
      node?.nodeType === "leaf"
        ? [{ ...this.factsOf(node.leaf.credential, node.leaf.signaturePublicKey), leafIndex: index / 2 }]
        : [],
    )
  }

  /** ts-mls asks it for every leaf: of a tree that we join, of an Add, of a commit. */
  get clientConfig(): ClientConfig {
    return {
      ...defaultClientConfig,
      authService: {
        validateCredential: async (credential, leafKey) => {
          try {
            this.factsOf(credential, leafKey)
            return true
          } catch {
            // ts-mls wants a verdict, and throws its own error on `false`.
            return false
          }
        },
      },
    }
  }
}
