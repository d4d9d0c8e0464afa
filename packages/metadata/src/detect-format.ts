import { latin1, startsWith, u16, u32 } from "./bytes.ts"

/** The formats that are read. */
export type FormatName = "jpeg" | "png" | "webp" | "gif" | "heic" | "avif" | "tiff" | "jxl" | "mp4" | "webm"

/** IANA names of the formats. */
export const mediaTypes: Readonly<Record<FormatName, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  avif: "image/avif",
  tiff: "image/tiff",
  jxl: "image/jxl",
  mp4: "video/mp4",
  webm: "video/webm",
}

/** TIFF and BigTIFF in both orders; raw files of Panasonic and Olympus, which differ only here. */
const tiffHeaders = [
  0x49492a00, 0x4d4d002a, 0x49492b00, 0x4d4d002b, 0x49495500, 0x4949524f, 0x49495253, 0x4d4d4f52, 0x4d4d5352,
]

const heicBrands = ["heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "mif2", "msf1", "miaf"]

/** What the first bytes say the file is, whatever its name; 32 bytes are enough for all but `ftyp` with many brands. */
export function detectFormat(bytes: Uint8Array): FormatName | undefined {
  if (u16(bytes, 0) === 0xffd8 && bytes[2] === 0xff) return "jpeg"
  if (u32(bytes, 0) === 0x89504e47 && u32(bytes, 4) === 0x0d0a1a0a) return "png"
  if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) return "webp"
  if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) return "gif"
  if (startsWith(bytes, 4, "ftyp")) return byBrand(bytes)
  if (tiffHeaders.includes(u32(bytes, 0))) return "tiff"
  if (u32(bytes, 0) === 0x1a45dfa3) return "webm"
  if (u16(bytes, 0) === 0xff0a || (startsWith(bytes, 4, "JXL ") && u32(bytes, 0) === 12)) return "jxl"
  if (["moov", "mdat", "wide", "pnot"].includes(latin1(bytes, 4, 4))) return "mp4"
  return undefined
}

/** The major brand decides; one that is general (`mif1`) is told apart by the compatible ones. */
function byBrand(bytes: Uint8Array): FormatName | undefined {
  const size = Math.min(u32(bytes, 0), 512, bytes.length)
  const brands = [latin1(bytes, 8, 4)]
  for (let at = 16; at + 4 <= size; at += 4) brands.push(latin1(bytes, at, 4))
  const [major = ""] = brands
  if (major === "avif" || major === "avis") return "avif"
  if (["jp2 ", "jpx ", "jpm ", "crx ", "jxl "].includes(major)) return undefined
  if (heicBrands.includes(major)) {
    const general = ["mif1", "msf1", "miaf", "mif2"].includes(major)
    const heic = brands.some((brand) => brand.startsWith("he"))
    return general && !heic && brands.some((brand) => brand === "avif" || brand === "avis") ? "avif" : "heic"
  }
  if (brands.includes("avif")) return "avif"
  return "mp4"
}
