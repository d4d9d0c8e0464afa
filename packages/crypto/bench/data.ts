import { fernetSeal, generateFernetKey } from "@darkslide/crypto/fernet"
import { hashPassword } from "@darkslide/crypto/password"
import { argon2id } from "@noble/hashes/argon2.js"
import fernet from "fernet"
import type { Comparison } from "../../../tools/bench/bench.ts"

/** A Fernet token of 1 MiB; `fernet` takes text alone. */
export function sealingFernet(plaintext: Uint8Array): Comparison {
  const key = generateFernetKey()
  const secret = new fernet.Secret(key.toString())
  const text = "a".repeat(plaintext.length)
  return {
    name: "Fernet token of 1 MiB",
    bytes: plaintext.length,
    runs: 6,
    goal: 40,
    peerName: "fernet",
    ours: async () => fernetSeal(plaintext, { key }),
    peer: async () => new fernet.Token({ secret }).encode(text),
  }
}

/** Argon2id at the default policy: 19 MiB, 2 passes, 1 lane. */
export function hashingPassword(): Comparison {
  const salt = new Uint8Array(16)
  return {
    name: "hash a password",
    runs: 4,
    goal: 5,
    peerName: "noble",
    ours: () => hashPassword("correct horse"),
    peer: async () => argon2id("correct horse", salt, { t: 2, m: 19_456, p: 1 }),
  }
}
