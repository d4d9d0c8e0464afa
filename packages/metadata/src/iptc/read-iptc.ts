import { startsWith, u16, u8, uintBe, utf8OrLatin1 } from "../bytes.ts"
import type { Issue } from "../walk/issue.ts"
import { photoshopResources } from "./photoshop.ts"

/** Values by name; each list in the order of the file, duplicates kept. A data set without a name here is `2:123`. */
export type Iptc = Readonly<Record<string, readonly string[]>>

/** Data sets of record 2 (IPTC IIM 4.2 chapter 6) that are text. */
const application = new Map(
  `5 ObjectName 7 EditStatus 10 Urgency 12 SubjectReference 15 Category 20 SupplementalCategories 22 FixtureIdentifier
25 Keywords 26 ContentLocationCode 27 ContentLocationName 30 ReleaseDate 35 ReleaseTime 37 ExpirationDate
38 ExpirationTime 40 SpecialInstructions 55 DateCreated 60 TimeCreated 62 DigitalCreationDate 63 DigitalCreationTime
65 OriginatingProgram 70 ProgramVersion 75 ObjectCycle 80 By-line 85 By-lineTitle 90 City 92 Sub-location
95 Province-State 100 Country-PrimaryLocationCode 101 Country-PrimaryLocationName 103 OriginalTransmissionReference
105 Headline 110 Credit 115 Source 116 CopyrightNotice 118 Contact 120 Caption-Abstract 121 LocalCaption
122 Writer-Editor 131 ImageOrientation 135 LanguageIdentifier`
    .split(/\s+/u)
    .reduce<[number, string][]>((pairs, word, i, words) => {
      if (i % 2 === 1) pairs.push([Number(words[i - 1]), word])
      return pairs
    }, []),
)

const maxDataSets = 4096

/** Reads IPTC-IIM, bare or within Photoshop's image resources. `undefined` when the block holds none. */
export function readIptc(block: Uint8Array, issues: Issue[]): Iptc | undefined {
  if (u8(block, 0) === 0x1c) return readDataSets(block, issues)
  const resource = photoshopResources(block, 0x0404)[0]
  return resource === undefined ? undefined : readDataSets(resource.data, issues)
}

function readDataSets(data: Uint8Array, issues: Issue[]): Iptc {
  const values = Object.create(null) as Record<string, string[]>
  let utf8 = false
  let at = 0
  for (let count = 0; at + 5 <= data.length && data[at] === 0x1c; count++) {
    if (count >= maxDataSets) {
      issues.push({ code: "too-large", where: "iptc" })
      break
    }
    const [record, dataSet] = [u8(data, at + 1), u8(data, at + 2)]
    let length = u16(data, at + 3)
    at += 5
    if (length & 0x8000) {
      // Extended data set (IIM 1.5.4.2): the low bits say how many bytes hold the length.
      const width = Math.min(length & 0x7fff, 8)
      length = uintBe(data, at, width)
      at += width
    }
    const start = at
    at += length
    if (at > data.length) {
      issues.push({ code: "truncated", where: "iptc" })
      break
    }
    // 1:90 names the character set; ESC % G is UTF-8 (ISO 2022).
    if (record === 1 && dataSet === 90) utf8 = length >= 3 && startsWith(data, start, "\u001b%G")
    else if (record === 2 && dataSet !== 0) {
      const name = application.get(dataSet) ?? `2:${dataSet}`
      const list = (values[name] ??= [])
      list.push(decodeIptcText(data, utf8, start, at))
    }
  }
  return values
}

/** Whether a data set of record 2 holds text. */
export function isIptcText(dataSet: number): boolean {
  return application.has(dataSet)
}

/** Without 1:90 programs write UTF-8 all the same, or the code page of Windows. */
export function decodeIptcText(data: Uint8Array, utf8: boolean, start = 0, valueEnd: number = data.length): string {
  let end = valueEnd
  while (end > start && data[end - 1] === 0) end--
  const text = utf8OrLatin1(data, start, end)
  return !utf8 && /[\u0080-\u009f]/u.test(text)
    ? new TextDecoder("windows-1252").decode(data.subarray(start, end))
    : text
}
