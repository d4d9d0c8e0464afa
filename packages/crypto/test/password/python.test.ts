import { describe, expect, test } from "vitest"
import { hashPassword, verifyPassword } from "@darkslide/crypto/password"
import { pythonWith, runPython } from "../peers/python.ts"

const passwords = ["", "hunter2", "pässwörd-✓", "x".repeat(72)]

/** Python libraries and what they make of a password; each is asked only where it is installed. */
const peers = [
  {
    module: "bcrypt",
    code: `[bcrypt.hashpw(p.encode(), bcrypt.gensalt(4, v)).decode() for p in x for v in (b"2a", b"2b")]`,
    each: 2,
  },
  {
    module: "werkzeug.security",
    code: `[werkzeug.security.generate_password_hash(p, "pbkdf2:%s:1000" % m) for p in x for m in ("sha1", "sha256", "sha512")]`,
    each: 3,
  },
  {
    module: "argon2",
    code: `[argon2.PasswordHasher(time_cost=t, memory_cost=64, parallelism=p).hash(q) for q in x for t in (1, 3) for p in (1, 4)]`,
    each: 4,
  },
  {
    module: "hashlib",
    code: `["scrypt:16:8:2$salt$" + hashlib.scrypt(p.encode(), salt=b"salt", n=16, r=8, p=2, dklen=64).hex() for p in x]`,
    each: 1,
  },
]

describe("verifyPassword() knows what Python makes:", () => {
  for (const { module, code, each } of peers) {
    const python = pythonWith(module)
    const name = python === undefined ? `${module} (left out: not installed)` : module
    test.skipIf(python === undefined)(name, async () => {
      const program = `import json, sys, warnings\nwarnings.simplefilter("ignore")\nimport ${module}\nx = json.load(sys.stdin)\nprint(json.dumps(${code}))`
      const hashes = runPython(python ?? "", program, passwords) as readonly string[]
      expect(hashes).toHaveLength(passwords.length * each)
      for (const [index, hash] of hashes.entries()) {
        const password = passwords[Math.floor(index / each)] ?? ""
        expect([hash, await verifyPassword(password, hash)]).toEqual([hash, { ok: true, needsRehash: true }])
        // bcrypt does not look beyond 72 bytes: the wrong password differs before.
        expect([hash, await verifyPassword(`!${password}`, hash)]).toEqual([hash, { ok: false, needsRehash: false }])
      }
    })
  }

  const python = pythonWith("argon2")
  test.skipIf(python === undefined)(
    `argon2-cffi verifies what hashPassword() makes${python === undefined ? " (left out: not installed)" : ""}`,
    async () => {
      const pairs = await Promise.all(passwords.map(async (password) => [await hashPassword(password), password]))
      const program = `import json, sys, argon2\nprint(json.dumps([argon2.PasswordHasher().verify(h, p) for h, p in json.load(sys.stdin)]))`
      expect(runPython(python ?? "", program, pairs)).toEqual(passwords.map(() => true))
    },
  )
})
