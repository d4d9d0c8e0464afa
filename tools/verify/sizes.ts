// Checks the gzip budget of each import (`.size-limit.json` of each package), and that a bundle of it holds nothing that
// its users should not pay for or cannot load.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build, type Rolldown } from "vite"
import { publicPackages, root } from "./packages.ts"
import { run } from "./run.ts"

/** Names that must not appear in a bundle of these imports for browsers. */
const forbidden = [
  { from: "@darkslide/crypto", names: "{ seal, open }", pattern: /argon2|opaque|ed25519|from\s*"node:|require\(/iu },
  { from: "@darkslide/crypto/errors", names: "* as all", pattern: /noble|from\s*"node:|require\(/iu },
  {
    from: "@darkslide/crypto/hybrid",
    names: "* as all",
    pattern: /argon2|bcrypt|scrypt|RSA|p256_CURVE|p384|opaque|from\s*"node:|require\(/u,
  },
  {
    from: "@darkslide/crypto/ssh",
    names: "* as all",
    pattern: /argon2|\bscrypt|ml_?kem|sha3|p256_CURVE|opaque|from\s*"node:/iu,
  },
  {
    from: "@darkslide/crypto/tag",
    names: "* as all",
    pattern: /argon2|bcrypt|scrypt|RSA|x25519|p384|opaque|from\s*"node:|require\(/u,
  },
  {
    from: "@darkslide/crypto/fernet",
    names: "* as all",
    pattern: /argon2|\bbcrypt|scrypt|chacha|sha512|sha1\b|\bghash|opaque|ed25519|from\s*"node:|require\(/iu,
  },
  {
    from: "@darkslide/crypto/password",
    names: "* as all",
    pattern: /hash-wasm|chacha|\baes|\bghash|opaque|ed25519|from\s*"node:/iu,
  },
  {
    from: "@darkslide/crypto/legacy",
    names: "* as all",
    pattern: /argon2|\bbcrypt|scrypt|chacha|sha512|opaque|ed25519|from\s*"node:|require\(/iu,
  },
  {
    from: "@darkslide/crypto/sframe",
    names: "* as all",
    pattern: /argon2|\bbcrypt|scrypt|pbkdf2|chacha|opaque|ed25519|from\s*"node:|require\(/iu,
  },
  { from: "@darkslide/capture", names: "{ openCamera, takePhoto }", pattern: /noble|argon2|from\s*"node:|require\(/iu },
  { from: "@darkslide/rooms", names: "{ joinRoom, createRoom }", pattern: /argon2|opaque|from\s*"node:|require\(/iu },
  { from: "@darkslide/capture", names: "* as all", pattern: /VideoEncoder|Mp4OutputFormat|EncodedPacket/u },
] as const

/** What a page loads before it meets a file, in kB of gzip: code of formats comes by `import()` when one is met. */
const initial = [
  { from: "@darkslide/metadata", names: "{ readMetadata }", limit: 19 },
  { from: "@darkslide/metadata", names: "{ readMetadata, scrubMetadata }", limit: 20 },
] as const

async function bundle(source: string, minify = false): Promise<readonly Rolldown.OutputChunk[]> {
  const entry = "\0entry"
  const result = await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? entry : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
    build: { write: false, minify, modulePreload: false, rolldownOptions: { input: "entry" } },
  })
  const outputs = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[]
  return outputs.flatMap(({ output }) => output.filter((file) => file.type === "chunk"))
}

/** The entry, and all that it imports by a statement. */
function loadedAtOnce(chunks: readonly Rolldown.OutputChunk[]): readonly Rolldown.OutputChunk[] {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const { imports } of loaded) for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk)
  return [...loaded]
}

const keeping = (from: string, names: string): string =>
  `import ${names} from "${from}"\nglobalThis.kept = [${names.replace(/[{}]|\* as/gu, "")}]\n`

for (const { folder } of publicPackages()) {
  if (existsSync(join(folder, ".size-limit.json"))) run("pnpm", ["exec", "size-limit"], folder)
}
for (const { from, names, pattern } of forbidden) {
  const code = (await bundle(keeping(from, names))).map((chunk) => chunk.code).join("\n")
  if (!code.includes("globalThis.kept")) throw new Error(`Cannot check the bundle of ${from}: it is empty`)
  const line = code.split("\n").find((text) => pattern.test(text) && !/^\s*(?:\/\/|\/\*|\*)/u.test(text))
  if (line !== undefined) throw new Error(`Cannot ship ${names} of ${from}: its bundle has "${line.trim()}"`)
}
for (const { from, names, limit } of initial) {
  const chunks = loadedAtOnce(await bundle(keeping(from, names), true))
  const kilobytes = chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1000
  console.log(`${names} of ${from} at once: ${kilobytes.toFixed(2)} kB`)
  if (kilobytes > limit) throw new Error(`Cannot ship ${names} of ${from}: a page loads more than ${limit} kB at once`)
}
