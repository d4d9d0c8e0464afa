import type { HistoryRecord } from "../../src/history/record.ts"

const syllables = "ka mo ri ta ne lo vi sa pe du gar ton mel fis bra qui zen hol dra umb".split(" ")
const cameras = ["Canon EOS R6", "NIKON Z 6", "Apple iPhone 15 Pro", "Google Pixel 8", "SONY ILCE-7M4", "Logitech BRIO"]

/** Records as a person's camera might leave them, the same for the same count. Words are spread as in a language. */
export function sampleRecords(count: number): HistoryRecord[] {
  let state = 12_345
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state / 0x7fff_ffff
  }
  const below = (limit: number): number => Math.min(limit - 1, Math.floor(random() * limit))
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? ""
  const words = Array.from({ length: 6000 }, () => Array.from({ length: 2 + below(3) }, () => pick(syllables)).join(""))
  const word = (): string => words[Math.floor(words.length * random() ** 3)] ?? ""
  const many = (least: number, most: number): string[] => Array.from({ length: least + below(most - least) }, word)
  return Array.from({ length: count }, (_, i) => {
    const taken = new Date(1.5e12 + Math.floor(random() * 2.5e11)).toISOString()
    return {
      id: `capture-${String(i).padStart(8, "0")}`,
      taken: { local: taken.slice(0, 19), offset: "+02:00" },
      place: {
        latitude: Math.round((random() * 180 - 90) * 1e5) / 1e5,
        longitude: Math.round((random() * 360 - 180) * 1e5) / 1e5,
        name: `${capital(word())}, ${capital(word())}`,
      },
      camera: pick(cameras),
      title: many(2, 3).join(" "),
      description: many(8, 18).join(" "),
      keywords: many(1, 5),
      ...(random() < 0.1 ? { flags: ["favorite"] } : {}),
      room: `room-${below(40)}`,
    }
  })
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
