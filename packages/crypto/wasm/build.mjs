// Compiles chacha20-poly1305.as.ts and writes it, in base64, as src/aead/wasm-binary.ts. Run `pnpm wasm` after a change.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import asc from "assemblyscript/asc"

const source = new URL("chacha20-poly1305.as.ts", import.meta.url)
const target = new URL("../src/aead/wasm-binary.ts", import.meta.url)

/** The compiled module: the same bytes each time. */
export async function compile() {
  const folder = await mkdtemp(join(tmpdir(), "darkslide-wasm-"))
  try {
    await writeFile(join(folder, "kernel.ts"), await readFile(source))
    const { error, stderr } = await asc.main([
      ...["kernel.ts", "--baseDir", folder, "--outFile", "kernel.wasm"],
      ...["--runtime", "stub", "--noAssert", "--enable", "simd", "-O3", "--converge", "--initialMemory", "2"],
    ])
    if (error) throw new Error(`Cannot compile the kernel: ${stderr.toString()}`, { cause: error })
    return await readFile(join(folder, "kernel.wasm"))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The file that the package ships. */
export function moduleText(wasm) {
  const lines = wasm.toString("base64").match(/.{1,110}/g) ?? []
  return `// Compiled from wasm/chacha20-poly1305.as.ts by \`pnpm wasm\`; a test compiles it again and compares.

/** The kernel of \`@darkslide/crypto/wasm\`, in base64. */
export const wasmBinary: string = [
${lines.map((line) => `  "${line}",\n`).join("")}].join("")
`
}

if (import.meta.main) await writeFile(target, moduleText(await compile()))
