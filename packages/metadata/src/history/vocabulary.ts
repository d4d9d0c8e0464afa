/** Ends the text of a field. */
export const fieldEnd = 0
/** What stands for the end of a field in a row's text. */
export const fieldMark = "\0"
/** Ends an item of a list. */
export const itemEnd = 1

const tokens = /[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu
const anyWord = /[\p{L}\p{N}\p{M}]/u
const wordStart = /^[\p{L}\p{N}\p{M}]/u
const beyondAscii = /[^\0-\x7f]/

/**
 * Every word of all records, once, by number: people use few words. Text is a list of numbers, from which it is made
 * again letter by letter, and a search looks at each word once instead of at each place where it stands.
 */
export class Vocabulary {
  /** Open addressing by hash: numbers of words, 0 where free. A text is looked up in place, without cutting it up. */
  #slots = new Uint32Array(1 << 14)
  readonly #words: string[] = [fieldMark, " "]
  /** As they are compared; only where that differs. */
  readonly #compared: (string | undefined)[] = [undefined, undefined]
  /** Whether it is letters and digits, or what stands between them. */
  readonly #isWord: boolean[] = [false, false]
  /** How often each was encoded. */
  readonly #uses: number[] = [0, 0]

  /** Adds the numbers of a text to `to`. One blank between two words goes without saying. */
  encode(text: string, to: number[]): void {
    if (beyondAscii.test(text)) {
      for (const { 0: token, index } of text.matchAll(tokens))
        if (token !== " " || index === 0 || index === text.length - 1)
          to.push(this.#numberOf(text, index, index + token.length))
      return
    }
    for (let at = 0; at < text.length;) {
      const start = at
      const word = isAsciiWord(text.charCodeAt(at))
      do at++
      while (at < text.length && isAsciiWord(text.charCodeAt(at)) === word)
      const blank = at - start === 1 && text.charCodeAt(start) === 0x20
      if (!blank || start === 0 || at === text.length) to.push(this.#numberOf(text, start, at))
    }
  }

  /** Adds the number of a text that many records share as one word, whatever stands in it. */
  encodeWhole(text: string, to: number[]): void {
    to.push(this.#numberOf(text, 0, text.length))
  }

  /** How many numbers are given out. */
  get size(): number {
    return this.#words.length
  }

  /** Whether there are letters or digits in what a number stands for. */
  holdsWords(number: number): boolean {
    return number > itemEnd && (this.#isWord[number] === true || anyWord.test(this.#words[number] ?? ""))
  }

  /** The text of the numbers from `from` to `to`, excluded. */
  decode(numbers: Uint16Array | Uint32Array, from: number, to: number): string {
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

  /** For each number: 2 where `term` stands at the start of a word in its text, 1 where it stands elsewhere, else 0. */
  mark(term: string): Uint8Array {
    const marks = new Uint8Array(this.#words.length)
    for (let number = itemEnd + 1; number < marks.length; number++) {
      const text = this.#compared[number] ?? this.#words[number] ?? ""
      let at = text.indexOf(term)
      if (at < 0) continue
      while (at >= 0 && !isWordStart(text, at)) at = text.indexOf(term, at + 1)
      marks[number] = at >= 0 ? 2 : 1
    }
    return marks
  }

  /** How often the marked words were encoded: which of several terms is the rarest. */
  usesOf(marks: Uint8Array): number {
    return this.#uses.reduce((sum, uses, number) => (marks[number] === 0 ? sum : sum + uses), 0)
  }

  #numberOf(text: string, from: number, to: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(text, from, to) & mask
    for (; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? 0
      if (number === 0) break
      if (!isSame(this.#words[number] ?? "", text, from, to)) continue
      this.#uses[number] = (this.#uses[number] ?? 0) + 1
      return number
    }
    // A copy: a slice would keep all of the text that it was cut from.
    const token = JSON.parse(JSON.stringify(text.slice(from, to))) as string
    const number = this.#words.push(token) - 1
    const compared = searchable(token)
    this.#compared.push(compared === token ? undefined : compared)
    this.#isWord.push(wordStart.test(token))
    this.#uses.push(1)
    this.#slots[slot] = number
    if (this.#words.length * 2 > this.#slots.length) this.#grow()
    return number
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let number = itemEnd + 1; number < this.#words.length; number++) {
      const word = this.#words[number] ?? ""
      let slot = hashOf(word, 0, word.length) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = number
    }
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c_9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash ^ (hash >>> 15)
}

function isSame(word: string, text: string, from: number, to: number): boolean {
  if (word.length !== to - from) return false
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(from + i)) return false
  return true
}

/** What of a term can be looked up. */
export interface TermParts {
  /** Its words; where it has none, what it starts with. */
  readonly parts: readonly string[]
  readonly hasWords: boolean
  /** It is one part and no more: then it lies within one word wherever it occurs. */
  readonly whole: boolean
}

export function partsOf(term: string): TermParts {
  const found = term.match(tokens) ?? []
  const words = found.filter((token) => wordStart.test(token))
  const hasWords = words.length > 0
  return { parts: hasWords ? words : found.slice(0, 1), hasWords, whole: found.length === 1 }
}

/** Text as it is compared: composed, in lower case, the same in every language. */
export function searchable(text: string): string {
  return text.normalize("NFC").toLowerCase()
}

function isAsciiWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)
}

/** Whether what stands at `at` of a text in lower case has no letter or digit before it. */
export function isWordStart(text: string, at: number): boolean {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  if (before < 0x80) return !((before >= 0x61 && before <= 0x7a) || (before >= 0x30 && before <= 0x39))
  const letter = before >= 0xdc00 && before <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.charAt(at - 1)
  return !wordStart.test(letter)
}
