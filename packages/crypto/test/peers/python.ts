import { spawnSync } from "node:child_process"

/** A Python 3 that has `module`, or `undefined`: Debian's own knows Debian's packages, another one may come first. */
export function pythonWith(module: string): string | undefined {
  return ["python3", "/usr/bin/python3"].find(
    (program) => spawnSync(program, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0,
  )
}

/** Runs a program that reads JSON from its input and prints JSON. */
export function runPython(program: string, code: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(program, ["-c", code], {
    input: JSON.stringify(input),
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`Python failed: ${stderr}`)
  return JSON.parse(stdout)
}
