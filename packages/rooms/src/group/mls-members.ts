import type { ClientConfig, Credential, RatchetTree } from "ts-mls"
import { defaultClientConfig } from "ts-mls/clientConfig.js"
import { RoomsError } from "../errors.ts"
import { checkCredential, type CredentialFacts } from "../membership/credential.ts"
import type { GroupMember } from "./group-keys.ts"

/** Who a leaf says it is, once all signatures hold. @throws RoomsError `ROOMS_FORGED`, `ROOMS_MALFORMED` */
export function factsOf(credential: Credential, leafKey: Uint8Array, roomId: string): CredentialFacts {
  if (credential.credentialType !== "basic")
    throw new RoomsError("ROOMS_MALFORMED", "Cannot read credential: of another type")
  return checkCredential(credential.identity, leafKey, { roomId })
}

/** Everybody on the leaves of a tree whose credentials were checked when it was built. */
export function membersOf(tree: RatchetTree, roomId: string): readonly GroupMember[] {
  return tree.flatMap((node, index) =>
    node?.nodeType === "leaf"
      ? [{ ...factsOf(node.leaf.credential, node.leaf.signaturePublicKey, roomId), leafIndex: index / 2 }]
      : [],
  )
}

/** ts-mls asks it for every leaf: of a tree that we join, of an Add, of a commit. */
export function clientConfig(roomId: string): ClientConfig {
  return {
    ...defaultClientConfig,
    authService: {
      async validateCredential(credential, leafKey) {
        try {
          factsOf(credential, leafKey, roomId)
          return true
        } catch {
          // ts-mls wants a verdict, and throws its own error on `false`.
          return false
        }
      },
    },
  }
}
