/** The part of node:crypto that this package uses where it runs on Node. */
export interface NodeCrypto {
  createCipheriv(
    algorithm: "chacha20-poly1305",
    key: NodeKey,
    nonce: Uint8Array,
    options: { authTagLength: 16 },
  ): NodeAeadCipher
  createDecipheriv(
    algorithm: "chacha20-poly1305",
    key: NodeKey,
    nonce: Uint8Array,
    options: { authTagLength: 16 },
  ): NodeAeadDecipher
  createSecretKey(key: Uint8Array): NodeKey
  createCipheriv(algorithm: "aes-128-cbc", key: Uint8Array, iv: Uint8Array): NodeCipher
  createDecipheriv(algorithm: "aes-128-cbc", key: Uint8Array, iv: Uint8Array): NodeCipher
  createHmac(algorithm: "sha256", key: Uint8Array): NodeHmac
  pbkdf2(
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
    algorithm: string,
    callback: (error: Error | null, key: Uint8Array) => void,
  ): void
  createPrivateKey(key: { key: Uint8Array; format: "der"; type: "pkcs8" }): NodeKey
  createPublicKey(key: NodeKey | { key: Uint8Array; format: "der"; type: "spki" }): NodeKey
  generateKeyPairSync(type: "x25519"): { publicKey: NodeKey; privateKey: NodeKey }
  generateKeyPairSync(
    type: "x25519",
    options: { publicKeyEncoding: { format: "der"; type: "spki" } },
  ): { publicKey: Uint8Array; privateKey: NodeKey }
  diffieHellman(keys: { privateKey: NodeKey; publicKey: NodeKey }): Uint8Array
  hash?(algorithm: "sha256", data: Uint8Array, encoding: "buffer"): Uint8Array
  scrypt(
    passphrase: Uint8Array,
    salt: Uint8Array,
    length: number,
    options: { N: number; r: number; p: number; maxmem: number },
    callback: (error: Error | null, key: Uint8Array) => void,
  ): void
  argon2?(
    algorithm: "argon2id" | "argon2i" | "argon2d",
    parameters: {
      message: Uint8Array
      nonce: Uint8Array
      parallelism: number
      tagLength: number
      memory: number
      passes: number
      secret?: Uint8Array
      associatedData?: Uint8Array
    },
    callback: (error: Error | null, tag: Uint8Array) => void,
  ): void
}

interface NodeCipher {
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
}

interface NodeHmac {
  update(data: Uint8Array): NodeHmac
  digest(): Uint8Array
}

/** A KeyObject. */
export interface NodeKey {
  export(options: { format: "der"; type: "spki" } | { format: "raw-public" }): Uint8Array
}

interface NodeAeadCipher {
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
  getAuthTag(): Uint8Array
}

interface NodeAeadDecipher {
  setAuthTag(tag: Uint8Array): void
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
}

/**
 * node:crypto, or `undefined` anywhere but on Node. Looked up at run time, not imported, so that the same files load in
 * a browser and a bundler finds nothing to replace.
 */
export function nodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: "crypto") => NodeCrypto | undefined }
  }
  return process?.getBuiltinModule?.("crypto")
}

/** The part of node:buffer that this package uses. */
interface NodeBuffer {
  readonly Buffer: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64url"): string }
    from(text: string, encoding: "base64url"): Uint8Array
  }
}

/** node:buffer, or `undefined` anywhere but on Node. */
export function nodeBuffer(): NodeBuffer | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: "buffer") => NodeBuffer | undefined }
  }
  return process?.getBuiltinModule?.("buffer")
}
