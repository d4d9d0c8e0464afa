/** Ends the text of a field. */
export const fieldEnd = 0
/** What stands for the end of a field in a row's text. */
export const fieldMark = "\0"
/** Ends an item of a list. */
export const itemEnd = 1

const tokens = /[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu
const wordStart = /^[\p{L}\p{N}\p{M}]/u
const beyondAscii = /[^\0-\x7f]/

/**
 * Every word of all records, once, by number: people use few words. Text is a list of numbers, from which it is made
 * again letter by letter, and a search looks at each word once instead of at each place where it stands.
 */
export class Vocabulary {
  readonly #numbers = new Map<string, number>()
  readonly #words: string[] = [fieldMark, " "]
  /** As they are compared; only where that differs. */
  readonly #compared: (string | undefined)[] = [undefined, undefined]
  /** Whether it is letters and digits, or what stands between them. */
  readonly #isWord: boolean[] = [false, false]

  /** Adds the numbers of a text to `to`. One blank between two words goes without saying. */
  encode(text: string, to: number[]): void {
    if (beyondAscii.test(text)) {
      const found = text.match(tokens) ?? []
      for (const [i, token] of found.entries())
        if (token !== " " || i === 0 || i === found.length - 1) to.push(this.#numberOf(token))
      return
    }
    for (let at = 0; at < text.length; ) {
      const start = at
      const word = isAsciiWord(text.charCodeAt(at))
      do at++
      while (at < text.length && isAsciiWord(text.charCodeAt(at)) === word)
      const blank = at - start === 1 && text.charCodeAt(start) === 0x20
      if (!blank || start === 0 || at === text.length) to.push(this.#numberOf(text.slice(start, at)))
    }
  }

  /** The text of the numbers from `from` to `to`, excluded. */
  decode(numbers: Uint32Array, from: number, to: number): string {
    let text = ""
    let afterWord = false
    for (let i = from; i < to; i++) {
      const number = numbers[i] ?? 0
      const word = this.#isWord[number] === true
      if (word && afterWord) text += " "
      text += this.#words[number] ?? ""
      afterWord = word
    }
    return text
  }

  /** For each number: 2 where the word starts with `term`, 1 where it holds it elsewhere, else 0. */
  mark(term: string): Uint8Array {
    const marks = new Uint8Array(this.#words.length)
    for (let number = itemEnd + 1; number < marks.length; number++) {
      const at = (this.#compared[number] ?? this.#words[number] ?? "").indexOf(term)
      if (at >= 0) marks[number] = at === 0 ? 2 : 1
    }
    return marks
  }

  #numberOf(token: string): number {
    const known = this.#numbers.get(token)
    if (known !== undefined) return known
    const number = this.#words.length
    const compared = searchable(token)
    this.#numbers.set(token, number)
    this.#words.push(token)
    this.#compared.push(compared === token ? undefined : compared)
    this.#isWord.push(wordStart.test(token))
    return number
  }
}

/** The words of a term, and whether it is only that: then it lies within one word wherever it occurs. */
export function partsOf(term: string): { readonly parts: readonly string[]; readonly whole: boolean } {
  const found = term.match(tokens) ?? []
  const words = found.filter((token) => wordStart.test(token))
  return { parts: words.length > 0 ? words : found.slice(0, 1), whole: found.length === 1 }
}

/** Text as it is compared: composed, in lower case, the same in every language. */
export function searchable(text: string): string {
  return text.normalize("NFC").toLowerCase()
}

function isAsciiWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)
}
