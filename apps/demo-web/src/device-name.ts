const browsers = [
  [/\bEdg\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\//, "Firefox"],
  [/\b(Headless)?Chrom(e|ium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const

const systems = [
  [/\bAndroid\b/, "Android"],
  [/\b(iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
] as const

/** What a person knows a browser by, such as `Firefox on Android`. A guess from its user agent, never relied upon. */
export function deviceNameOf(userAgent: string): string {
  return `${nameIn(browsers, userAgent, "Browser")} on ${nameIn(systems, userAgent, "an unknown system")}`
}

function nameIn(names: readonly (readonly [RegExp, string])[], userAgent: string, otherwise: string): string {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? otherwise
}
