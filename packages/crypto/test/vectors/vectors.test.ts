import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { testDataFolder } from "../../../../tools/conformance/test-data.ts"
import { set as ageInterop } from "../conformance/age-interop.ts"
import { set as ageTestkit } from "../conformance/age-testkit.ts"
import { set as fernet } from "../conformance/fernet.ts"
import { set as legacyApps } from "../conformance/legacy-apps.ts"
import { set as opaque } from "../conformance/opaque.ts"
import { set as passwordHashes } from "../conformance/password-hashes.ts"
import { set as sframe } from "../conformance/sframe.ts"
import { set as wycheproof } from "../conformance/wycheproof.ts"

const sets = [
  { set: ageTestkit, vectors: 101, built: 101 },
  { set: ageInterop, vectors: 22, built: 22 },
  { set: opaque, vectors: 7, built: 3 },
  { set: fernet, vectors: 39, built: 39 },
  { set: legacyApps, vectors: 22, built: 22 },
  { set: passwordHashes, vectors: 136, built: 136 },
  { set: sframe, vectors: 215, built: 215 },
  // `argon2` takes half a minute: `pnpm conformance` runs it.
  { set: wycheproof, vectors: 1622, built: 1622 },
]

describe("standard vectors", () => {
  for (const { set, vectors, built } of sets) {
    const folder = join(testDataFolder, "vectors", set.name)
    const name = existsSync(folder) ? set.name : `${set.name}: ${vectors} vectors left out, no test data`
    test.skipIf(!existsSync(folder))(
      name,
      async () => {
        const failed = []
        let passed = 0
        for await (const result of set.run(folder)) {
          if (result.outcome === "failed") failed.push(`${result.vector}: ${result.detail}`)
          if (result.outcome === "passed") passed++
        }
        expect(failed).toEqual([])
        expect(passed).toBeGreaterThanOrEqual(built)
      },
      120_000,
    )
  }
})
