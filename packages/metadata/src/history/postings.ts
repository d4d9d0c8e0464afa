import type { RecordTable } from "./record-table.ts"

/** For each word, the rows that it stands in. */
export interface Postings {
  /** Rows with a marked word, each once, in no order. Only what holds letters or digits is listed. */
  rowsOf(marks: Uint8Array): readonly number[]
}

/** Lists the rows of a table as it stands, in two passes over its words: counted, then filled. */
export function postingsOf(table: RecordTable): Postings {
  const { vocabulary, rows } = table
  const words = table.words.values
  const wordsAt = table.wordsAt.values
  const length = wordsAt[rows] ?? 0
  const listed = Uint8Array.from({ length: vocabulary.size }, (_, number) => (vocabulary.holdsWords(number) ? 1 : 0))
  const starts = new Uint32Array(vocabulary.size + 1)
  for (let at = 0; at < length; at++) {
    const number = words[at] ?? 0
    if (listed[number] === 1) starts[number + 1] = (starts[number + 1] ?? 0) + 1
  }
  for (let number = 0; number < vocabulary.size; number++)
    starts[number + 1] = (starts[number + 1] ?? 0) + (starts[number] ?? 0)
  const ends = starts.slice(0, -1)
  const rowsByWord = new Uint32Array(starts[vocabulary.size] ?? 0)
  for (let row = 0; row < rows; row++) {
    const last = wordsAt[row + 1] ?? 0
    for (let at = wordsAt[row] ?? 0; at < last; at++) {
      const number = words[at] ?? 0
      if (listed[number] === 0) continue
      const end = ends[number] ?? 0
      rowsByWord[end] = row
      ends[number] = end + 1
    }
  }
  return {
    rowsOf(marks) {
      const found: number[] = []
      const seen = new Uint8Array(rows)
      for (let number = 0; number < marks.length; number++) {
        if (marks[number] === 0) continue
        for (let at = starts[number] ?? 0; at < (ends[number] ?? 0); at++) {
          const row = rowsByWord[at] ?? 0
          if (seen[row] === 0) found.push(row)
          seen[row] = 1
        }
      }
      return found
    },
  }
}
