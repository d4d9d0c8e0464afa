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
 * the set's folder; or, for every set of a group, any name.
 */
export interface ConformanceSet {
  readonly name: string
  /** Set by a runner that judges every folder of a group, whatever its name: another party's images too. */
  readonly group?: "images" | undefined
  /** Yields one outcome for each vector under `folder`, also for those of a kind not built. */
  run(folder: string): AsyncIterable<VectorOutcome>
  /** After the last folder: judges all of them together. */
  summarize?(): AsyncIterable<VectorOutcome>
  /** Lines to print after that, such as a table beside other programs. */
  report?(): readonly string[]
}
