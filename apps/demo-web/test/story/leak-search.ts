/** Bytes in which nothing secret may stand, and where they come from. */
export interface Haystack {
  readonly name: string
  readonly bytes: Uint8Array
}

const windowBytes = 16

/**
 * Looks for every 16-byte window of `secret`, as it is and as base64, base64url and hex, in every haystack. Base64 is
 * tried at its three alignments, hex in both cases. Windows of fewer than four different characters are left out: runs of
 * zeros stand in every file.
 * @returns one line for each haystack and encoding in which something was found.
 */
export function findLeaks(name: string, secret: Uint8Array, haystacks: readonly Haystack[]): string[] {
  const found: string[] = []
  for (const [encoding, windows, width] of encodedWindows(secret)) {
    for (const haystack of haystacks) {
      const text = Buffer.from(haystack.bytes).toString("latin1")
      for (let at = 0; at + width <= text.length; at++) {
        if (!windows.has(text.slice(at, at + width))) continue
        found.push(`${name} as ${encoding} in ${haystack.name} at ${at}`)
        break
      }
    }
  }
  return found
}

type Windows = readonly [encoding: string, windows: ReadonlySet<string>, width: number]

function encodedWindows(secret: Uint8Array): readonly Windows[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((alignment) => bytes.subarray(alignment))
  const hex = bytes.toString("hex")
  // 20 characters of base64 are 15 bytes; with the ends of a shorter secret, all that lies whole in its encoding.
  const base64Width = Math.min(20, Math.floor((secret.length * 4) / 3) - 4)
  const rawWidth = Math.min(windowBytes, secret.length)
  return [
    ["raw bytes", windowsOf([bytes.toString("latin1")], rawWidth), rawWidth],
    [
      "base64",
      windowsOf(
        base64.map((part) => trimmed(part.toString("base64"))),
        base64Width,
      ),
      base64Width,
    ],
    [
      "base64url",
      windowsOf(
        base64.map((part) => trimmed(part.toString("base64url"))),
        base64Width,
      ),
      base64Width,
    ],
    ["hex", windowsOf([hex, hex.toUpperCase()], 2 * rawWidth, 2), 2 * rawWidth],
  ]
}

/** Without the last group, whose characters depend on what follows. */
function trimmed(base64: string): string {
  return base64.replace(/=+$/, "").slice(0, -2)
}

function windowsOf(texts: readonly string[], width: number, step = 1): ReadonlySet<string> {
  const windows = new Set<string>()
  for (const text of texts)
    for (let at = 0; at + width <= text.length; at += step) {
      const window = text.slice(at, at + width)
      if (new Set(window).size >= 4) windows.add(window)
    }
  return windows
}
