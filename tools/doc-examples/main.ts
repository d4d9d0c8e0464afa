// `pnpm examples`: every ```ts block of the READMEs, guides and doc comments becomes a module that is type-checked and,
// unless it is marked `no-run`, a test that runs.
import { spawnSync } from "node:child_process"
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { countsLine } from "../counts.ts"
import { runProject } from "../run-project.ts"
import { examplesOfDocComments, examplesOfMarkdown, type Example } from "./extract.ts"
import { exportsOfIndex, toModule, type PackageExports } from "./to-module.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const output = join(root, ".doc-examples")
const tsconfig = {
  extends: "../tsconfig.base.json",
  compilerOptions: {
    lib: ["ES2024", "ESNext.Disposable", "ESNext.Array", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: ["node"],
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
  },
  include: ["*.ts"],
}

async function findExamples(): Promise<readonly Example[]> {
  const examples: Example[] = []
  for await (const file of glob(["README.md", "packages/*/README.md", "docs/guides/*.md"], { cwd: root })) {
    examples.push(...examplesOfMarkdown(file, await readFile(join(root, file), "utf8")))
  }
  for await (const file of glob("packages/*/src/**/*.ts", { cwd: root })) {
    examples.push(...examplesOfDocComments(file, await readFile(join(root, file), "utf8")))
  }
  return examples
}

async function ownExports({ file, origin }: Example): Promise<PackageExports | undefined> {
  const folder = /^packages\/([^/]+)\//.exec(file)?.[1]
  if (origin !== "doc-comment" || folder === undefined) return undefined
  return exportsOfIndex(`@darkslide/${folder}`, await readFile(join(root, "packages", folder, "src/index.ts"), "utf8"))
}

const examples = await findExamples()
await rm(output, { recursive: true, force: true })
await mkdir(output)
await writeFile(join(output, "tsconfig.json"), JSON.stringify(tsconfig))
for (const example of examples) {
  const name = `${example.file.replace(/\.\w+$/u, "").replace(/\W+/gu, "-")}-${example.line}`
  const ending = example.mode === "run" ? ".test.ts" : ".ts"
  await writeFile(join(output, `${name}${ending}`), toModule(example, await ownExports(example)))
}

const tsc = join(root, "node_modules/typescript/bin/tsc")
const checked = spawnSync(process.execPath, [tsc, "-p", output], { cwd: root, stdio: "inherit" }).status === 0
const counts = runProject("examples")
const onlyChecked = examples.filter(({ mode }) => mode === "check").length
console.log(`${countsLine(counts)} (and ${onlyChecked} only type-checked)`)
if (!checked || counts.failed > 0) process.exitCode = 1
