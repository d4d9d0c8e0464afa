// Runs in a folder where only the packed tarballs are installed: loads every entry of every package, then seals and
// opens a few bytes through the public names.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"

const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"))
let entries = 0

for (const name of Object.keys(dependencies)) {
  const { exports } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"))
  for (const [path, target] of Object.entries(exports)) {
    // A browser's worker is started, not imported.
    if (path === "./package.json" || path.endsWith("-worker")) continue
    assert.deepEqual(Object.keys(target), ["types", "default"], `${name} ${path} has conditions of its own`)
    const loaded = await import(name + path.slice(1))
    assert.notEqual(Object.keys(loaded).length, 0, `${name} ${path} exports nothing`)
    entries += 1
  }
}

const { generateKeyPair, open, seal } = await import("@darkslide/crypto")
const me = generateKeyPair()
const sealed = await seal(new Uint8Array([1, 2, 3]), { to: [me.recipient] })
assert.deepEqual(await open(sealed, { with: [me] }), new Uint8Array([1, 2, 3]))

const { isDarkslideError } = await import("@darkslide/crypto/errors")
await assert.rejects(open(sealed, { with: [generateKeyPair()] }), (error) =>
  isDarkslideError(error, "CRYPTO_NO_IDENTITY_MATCHED"),
)
console.log(`smoke node-esm: ${entries} entries loaded on Node ${process.versions.node}`)
