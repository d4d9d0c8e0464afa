import type { Stanza } from "./recipient.ts"

/** The label of recipients that stand against a quantum computer. */
export const postQuantumLabel = "postquantum"

/** Stanza types whose recipients carry {@link postQuantumLabel}. */
const postQuantumTypes: ReadonlySet<string> = new Set(["mlkem768x25519", "mlkem768p256tag"])

/** Stanza types that a quantum computer opens from the file alone. */
const classicalTypes: ReadonlySet<string> = new Set(["X25519", "ssh-ed25519", "ssh-rsa", "p256tag", "piv-p256"])

/**
 * Refuses recipients that must not stand in one file.
 * @param labelLists - The labels of each.
 * @throws TypeError unless all lists hold the same labels, in whatever order.
 */
export function checkLabels(labelLists: readonly (readonly string[])[]): void {
  const [first, ...others] = labelLists.map((labels) => JSON.stringify(labels.toSorted()))
  if (others.every((other) => other === first)) return
  const mixed = labelLists.some((labels) => labels.includes(postQuantumLabel))
  throw new TypeError(
    mixed
      ? "post-quantum and other recipients must not be mixed: the weakest of them would decide"
      : "these recipients must not be mixed: each asks to be with its own kind",
  )
}

/** The labels that whoever wrote this stanza must have had, as far as its type tells. */
export function labelsOfStanza(stanza: Stanza): readonly string[] {
  return postQuantumTypes.has(stanza.type) ? [postQuantumLabel] : []
}

/**
 * Whether someone who records a file with these stanzas today opens it with a quantum computer later: `no` when all
 * stand against it, a passphrase too; `yes` when at least one does not; `unknown` for kinds that are not known here.
 */
export function quantumThreat(stanzas: readonly Stanza[]): "yes" | "no" | "unknown" {
  if (stanzas.some(({ type }) => classicalTypes.has(type))) return "yes"
  return stanzas.every(({ type }) => postQuantumTypes.has(type) || type === "scrypt") ? "no" : "unknown"
}
