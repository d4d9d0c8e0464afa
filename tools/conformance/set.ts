/** What one vector showed. `not-built`: it needs a kind (an algorithm, a recipient type) that does not exist yet. */
export interface VectorOutcome {
  /** Names the vector within its set, such as a file name or `x25519_test.json tcId 12`. */
  readonly vector: string
  /** What it exercises, such as `scrypt` or `ssh-rsa`. */
  readonly kind: string
  readonly outcome: "passed" | "failed" | "not-built"
  /** Why it failed. */
  readonly detail?: string | undefined
}

/**
 * Runs every vector of one set. A package keeps it in `test/conformance/<name>.ts`, exported as `set`, where `<name>` is
 * the set's folder.
 */
export interface ConformanceSet {
  readonly name: string
  /** Yields one outcome for each vector under `folder`, also for those of a kind not built. */
  run(folder: string): AsyncIterable<VectorOutcome>
}
