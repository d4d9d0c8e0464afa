import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { isDarkslideError } from "@darkslide/crypto/errors"
import { verifyPassword } from "@darkslide/crypto/password"
import type { ConformanceSet, VectorOutcome } from "../../../../tools/conformance/set.ts"

interface Vector {
  readonly name: string
  readonly scheme: string
  readonly hash: string
  readonly password: string
  readonly valid: boolean
}

/** Hashes that Python's libraries made, and malformed ones, which must be refused before any work. */
export const set: ConformanceSet = {
  name: "password-hashes",
  async *run(folder) {
    const vectors = JSON.parse(await readFile(join(folder, "vectors.json"), "utf8")) as readonly Vector[]
    for (const vector of vectors) yield await runVector(vector)
  },
}

async function runVector({ name, scheme, hash, password, valid }: Vector): Promise<VectorOutcome> {
  const verdict = await attempt(password, hash)
  const outcome = verdict === valid ? "passed" : "failed"
  return { vector: name, kind: scheme, outcome, detail: `verdict ${verdict}` }
}

async function attempt(password: string, hash: string): Promise<boolean> {
  try {
    return (await verifyPassword(password, hash)).ok
  } catch (error) {
    if (isDarkslideError(error, "CRYPTO_LIMIT_EXCEEDED")) return false
    throw error
  }
}
