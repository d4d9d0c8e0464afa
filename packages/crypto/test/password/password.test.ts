import { createHash, pbkdf2Sync, scryptSync } from "node:crypto"
import { hash as bcryptHash } from "bcryptjs"
import * as hashWasm from "hash-wasm"
import { describe, expect, test } from "vitest"
import {
  hashPassword,
  hashWasmArgon2,
  verifyPassword,
  type Argon2Input,
  type PasswordLimits,
} from "@darkslide/crypto/password"
import { nobleArgon2 } from "../../src/password/argon2.ts"

const policy = { memoryKiB: 64, passes: 1 }
const no = { ok: false, needsRehash: false }

describe("hashPassword()", () => {
  test("makes the same kind of hash on every backend, each verified by the others", async () => {
    const backends = [undefined, hashWasmArgon2(hashWasm), (input: Argon2Input) => nobleArgon2(input)]
    for (const made of backends) {
      const hash = await hashPassword("pässwörd", { policy, argon2: made })
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
      for (const argon2 of backends) {
        expect(await verifyPassword("pässwörd", hash, { argon2, policy })).toEqual({ ok: true, needsRehash: false })
        expect(await verifyPassword("password", hash, { argon2, policy })).toEqual(no)
      }
    }
  })

  test("takes an empty password on every backend", async () => {
    for (const argon2 of [undefined, hashWasmArgon2(hashWasm)])
      expect(await verifyPassword("", await hashPassword("", { policy, argon2 }), { policy })).toMatchObject({
        ok: true,
      })
  })

  test("salts each hash, and refuses a policy that Argon2 has not", async () => {
    expect(await hashPassword("x", { policy })).not.toBe(await hashPassword("x", { policy }))
    for (const wrong of [{ memoryKiB: 7 }, { memoryKiB: 31, lanes: 4 }, { passes: 0 }, { lanes: 0 }, { passes: 1.5 }])
      await expect(hashPassword("x", { policy: wrong })).rejects.toThrow(RangeError)
  })

  test("asks for a new hash once the policy is stronger, not once it is weaker", async () => {
    const hash = await hashPassword("x", { policy })
    const needsRehash = async (wanted: { memoryKiB: number; passes: number }) =>
      (await verifyPassword("x", hash, { policy: wanted })).needsRehash
    expect(await needsRehash({ memoryKiB: 65, passes: 1 })).toBe(true)
    expect(await needsRehash({ memoryKiB: 64, passes: 2 })).toBe(true)
    expect(await needsRehash({ memoryKiB: 32, passes: 1 })).toBe(false)
    expect((await verifyPassword("x", hash)).needsRehash).toBe(true)
  })
})

describe("verifyPassword()", () => {
  test("refuses work above the limits before it starts", async () => {
    const salt = "c29tZXNhbHQ"
    const tag = "A".repeat(43)
    const hex = "0".repeat(64)
    const hashes: readonly [string, PasswordLimits?][] = [
      [`$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${tag}`],
      [`$argon2id$v=19$m=1024,t=4294967295,p=1$${salt}$${tag}`],
      [`$argon2id$v=19$m=262144,t=1,p=1024$${salt}$${tag}`],
      [`$argon2i$m=1024,t=2,p=1$${salt}$${tag}`, { maxPasses: 1 }],
      [`$2b$31$${".".repeat(53)}`],
      [`$2b$12$${".".repeat(53)}`, { maxBcryptCost: 11 }],
      [`pbkdf2:sha256:9999999999$salt$${hex}`],
      [`pbkdf2:sha256$salt$${hex}`, { maxIterations: 259_999 }],
      [`scrypt:1073741824:8:1$salt$${hex}${hex}`],
      [`scrypt:32768:8:1000$salt$${hex}${hex}`],
      [`scrypt:2:536870911:1$salt$${hex}${hex}`],
    ]
    for (const [hash, limits] of hashes)
      await expect(verifyPassword("x", hash, { limits })).rejects.toMatchObject({ code: "CRYPTO_LIMIT_EXCEEDED" })
  })

  test("says no to whatever is no hash", async () => {
    const good = await hashPassword("x", { policy })
    const malformed = [
      "",
      "$",
      "x",
      ` ${good}`,
      `${good}=`,
      `${good}\n`,
      good.replace("m=64", "m=064"),
      good.replace("v=19", "v=18"),
      good.replace("argon2id", "argon2ix"),
      good.replace("p=1", "p=0"),
      good.replace("m=64", "m=7"),
      `$2x$10$${".".repeat(53)}`,
      `$2b$03$${".".repeat(53)}`,
      "sha512:abc$salt$00",
      `constructor$salt$${"0".repeat(64)}`,
      `md5$salt$${"0".repeat(32)}`,
      `scrypt:3:8:1$salt$${"0".repeat(128)}`,
      `pbkdf2:sha256:1e3$salt$${"0".repeat(64)}`,
      `pbkdf2:sha256:1000:1$salt$${"0".repeat(64)}`,
      "0".repeat(63),
    ]
    for (const hash of malformed) expect([hash, await verifyPassword("x", hash)]).toEqual([hash, no])
  })

  test("knows what Flask-Bcrypt made of a long password", async () => {
    const password = "x".repeat(100)
    const hex = createHash("sha256").update(password).digest("hex")
    const stored = await bcryptHash(hex, 4)
    expect(await verifyPassword(password, stored, { bcryptInput: "sha256-hex" })).toEqual({
      ok: true,
      needsRehash: true,
    })
    expect(await verifyPassword(`${password}y`, stored, { bcryptInput: "sha256-hex" })).toEqual(no)
    expect(await verifyPassword(password, stored)).toEqual(no)
    expect(await verifyPassword(password, stored.replace("$2b$", "$2y$"), { bcryptInput: "sha256-hex" })).toMatchObject(
      { ok: true },
    )
  })

  test("knows every kind of werkzeug's", async () => {
    const kinds = [
      ...["sha1", "sha224", "sha256", "sha384", "sha512"].map((name) => {
        const length = createHash(name).update("").digest().length
        return `pbkdf2:${name}:77$sält$${pbkdf2Sync("pw", "sält", 77, length, name).toString("hex")}`
      }),
      `scrypt:16:2:3$salt$${scryptSync("pw", "salt", 64, { N: 16, r: 2, p: 3 }).toString("hex")}`,
      `sha1$$${createHash("sha1").update("pw").digest("hex")}`,
      createHash("sha256").update("pw").digest("hex"),
      createHash("sha256").update("pw").digest("hex").toUpperCase(),
    ]
    for (const hash of kinds) {
      expect([hash, await verifyPassword("pw", hash)]).toEqual([hash, { ok: true, needsRehash: true }])
      expect([hash, await verifyPassword("pw2", hash)]).toEqual([hash, no])
    }
  })

  test("takes the secret and the data that a hash names", async () => {
    const secret = new TextEncoder().encode("pepper")
    const input = { type: "argon2id", memoryKiB: 64, passes: 1, lanes: 1, tagBytes: 32 } as const
    const [password, salt, associatedData] = ["pw", "saltsalt", "data"].map((text) => new TextEncoder().encode(text))
    if (!password || !salt || !associatedData) throw new Error("no input")
    const tag = await nobleArgon2({ ...input, password, salt, associatedData, secret })
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "")
    const hash = `$argon2id$v=19$m=64,t=1,p=1,keyid=${base64(salt.subarray(0, 4))},data=${base64(associatedData)}$${base64(salt)}$${base64(tag)}`
    const secretOf = (keyId: Uint8Array) => (new TextDecoder().decode(keyId) === "salt" ? secret : undefined)
    for (const argon2 of [undefined, hashWasmArgon2(hashWasm)])
      expect(
        await verifyPassword("pw", hash, { secretOf, argon2, policy: { memoryKiB: 64, passes: 1 } }),
      ).toMatchObject({ ok: true })
    expect(await verifyPassword("pw", hash)).toEqual(no)
    expect(await verifyPassword("pw", hash, { secretOf: () => undefined })).toEqual(no)
  })
})
