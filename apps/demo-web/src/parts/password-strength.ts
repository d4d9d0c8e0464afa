import { html, type TemplateResult } from "lit"
import { strings } from "../strings.ts"

export type PasswordStrength = keyof typeof strings.strength.levels

/** Shortest password that an account may have, in characters. */
export const minPasswordLength = 10

/** A rough judgement from length, variety and repetition. It says what is clearly weak, not what is safe. */
export function judgePassword(password: string, handle: string): PasswordStrength {
  const characters = [...password]
  if (characters.length === 0) return "empty"
  if (characters.length < minPasswordLength) return "short"
  const bits = effectiveLength(password, handle) * Math.log2(alphabetSize(password))
  if (bits < 45) return "weak"
  if (bits < 65) return "fair"
  return bits < 90 ? "good" : "strong"
}

/** Characters that add something: the handle counts for nothing, repeats and runs such as `abc` or `321` for little. */
function effectiveLength(password: string, handle: string): number {
  const lower = password.toLowerCase()
  const characters = [...(handle.length >= 3 ? lower.replaceAll(handle.toLowerCase(), "") : lower)]
  const fresh = characters.filter((character, index) => {
    const previous = characters[index - 1]
    if (previous === undefined) return true
    return Math.abs(character.codePointAt(0)! - previous.codePointAt(0)!) > 1
  })
  return Math.min(fresh.length, new Set(characters).size * 2)
}

function alphabetSize(password: string): number {
  const classes = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\p{Nd}/u, 10],
    [/[^\p{L}\p{Nd}]/u, 20],
  ] as const
  return Math.max(
    10,
    classes.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0),
  )
}

const barsOn: Record<PasswordStrength, number> = { empty: 0, short: 1, weak: 1, fair: 2, good: 3, strong: 4 }

export function passwordStrength(password: string, handle: string): TemplateResult {
  const level = judgePassword(password, handle)
  const { label, levels, private: kept } = strings.strength
  return html`<div class="strength" data-level=${level}>
    <div class="strength-bar" aria-hidden="true">
      ${[1, 2, 3, 4].map((bar) => html`<span class=${bar <= barsOn[level] ? "on" : ""}></span>`)}
    </div>
    <div class="strength-words soft">
      <span aria-live="polite"><span class="visually-hidden">${label}: </span>${levels[level]}</span>
      <span>${kept}</span>
    </div>
  </div>`
}
