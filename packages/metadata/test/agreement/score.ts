import { same } from "./same.ts"
import type { Facts, ScoredFormat } from "./truth.ts"

interface Count {
  same: number
  all: number
}

/** How far one reader agrees with exiftool, by format. */
export class Score {
  readonly reader: string
  readonly #formats = new Map<ScoredFormat, Count>()

  constructor(reader: string) {
    this.reader = reader
  }

  /** @returns the facts that differ */
  add(format: ScoredFormat, expected: Facts, found: Facts): readonly string[] {
    const count = this.#formats.get(format) ?? { same: 0, all: 0 }
    this.#formats.set(format, count)
    const names = Object.keys(expected)
    const wrong = names.filter((name) => !same(name, expected[name] ?? "", found[name]))
    count.all += names.length
    count.same += names.length - wrong.length
    return wrong
  }

  get formats(): readonly ScoredFormat[] {
    return [...this.#formats.keys()].toSorted()
  }

  /** Percent of a format's values, or of all. */
  percent(format?: ScoredFormat): number {
    const { same: agreed, all } = this.count(format)
    return all === 0 ? 100 : (100 * agreed) / all
  }

  count(format?: ScoredFormat): Count {
    const counts =
      format === undefined ? [...this.#formats.values()] : [this.#formats.get(format) ?? { same: 0, all: 0 }]
    return counts.reduce((sum, one) => ({ same: sum.same + one.same, all: sum.all + one.all }), { same: 0, all: 0 })
  }
}

/** One table of all readers, in Markdown. */
export function scoreTable(scores: readonly Score[]): readonly string[] {
  const formats = scores[0]?.formats ?? []
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`
  const cell = (score: Score, format?: ScoredFormat): string => {
    const { same: agreed, all } = score.count(format)
    return `${score.percent(format).toFixed(2)} % (${agreed}/${all})`
  }
  return [
    row(["agreement with exiftool", "all values", ...formats]),
    row(["---", "---", ...formats.map(() => "---")]),
    ...scores.map((score) => row([score.reader, cell(score), ...formats.map((format) => cell(score, format))])),
  ]
}
