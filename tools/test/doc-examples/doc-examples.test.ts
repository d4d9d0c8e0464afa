import { describe, expect, test } from "vitest"
import { examplesOfDocComments, examplesOfMarkdown } from "../../doc-examples/extract.ts"
import { exportsOfIndex, toModule } from "../../doc-examples/to-module.ts"

const fence = "```"

describe("examplesOfMarkdown()", () => {
  test("takes ts blocks with their line, and no other", () => {
    const text = [
      "# Title",
      `${fence}ts`,
      "const a = 1",
      fence,
      `${fence}sh`,
      "npm start",
      fence,
      "- step",
      "",
      `  ${fence}ts no-run`,
      "  if (a) {",
      "    b()",
      "  }",
      `  ${fence}`,
    ].join("\n")
    expect(examplesOfMarkdown("README.md", text)).toEqual([
      { file: "README.md", origin: "markdown", line: 2, mode: "run", code: "const a = 1" },
      { file: "README.md", origin: "markdown", line: 10, mode: "check", code: "if (a) {\n  b()\n}" },
    ])
  })

  test("does not take a ts block that a longer fence quotes", () => {
    const text = ["````md", `${fence}ts`, "const a = 1", fence, "````"].join("\n")
    expect(examplesOfMarkdown("README.md", text)).toEqual([])
  })
})

describe("examplesOfDocComments()", () => {
  test("takes the blocks of doc comments without their stars", () => {
    const text = [
      "/* plain */",
      "/**",
      " * Adds.",
      ` * ${fence}ts`,
      " * add(",
      " *   1,",
      " * )",
      ` * ${fence}`,
      " */",
    ].join("\n")
    expect(examplesOfDocComments("a.ts", text)).toEqual([
      { file: "a.ts", origin: "doc-comment", line: 4, mode: "run", code: "add(\n  1,\n)" },
    ])
  })
})

describe("toModule()", () => {
  const own = exportsOfIndex(
    "@darkslide/crypto",
    `export { open, seal } from "./a.ts"\nexport type {\n  Identity,\n  Recipient,\n} from "./b.ts"\n`,
  )
  const example = { file: "a.ts", line: 3, origin: "doc-comment", mode: "run" } as const

  test("hoists imports and adds what the example uses of its own package", () => {
    const code = `import {\n  other,\n} from "other"\nconst to: Recipient = other\nassert.ok(await seal(to))`
    expect(toModule({ ...example, code }, own)).toBe(
      [
        `import { test } from "vitest"`,
        `import {\n  other,\n} from "other"`,
        `import { seal, type Recipient } from "@darkslide/crypto"`,
        `import assert from "node:assert/strict"`,
        `test("a.ts:3", async () => {`,
        "  const to: Recipient = other",
        "  assert.ok(await seal(to))",
        "})",
        "",
      ].join("\n"),
    )
  })

  test("adds nothing that the example imports or declares itself, or only names as a member", () => {
    const code = `import { seal } from "elsewhere"\nconst open = seal\nfile.Identity()`
    expect(toModule({ ...example, code }, own)).not.toContain("@darkslide/crypto")
  })

  test("keeps a no-run example for the type checker only", () => {
    expect(toModule({ ...example, mode: "check", code: "open()" }, own)).not.toContain("vitest")
  })
})
