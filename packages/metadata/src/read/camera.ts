import type { Exif } from "../exif/decode.ts"
import type { Xmp } from "../xmp/read-xmp.ts"
import type { Camera, Exposure } from "./image-metadata.ts"
import { some } from "./known-fields.ts"
import { numberOf, textOf, xmpNumber } from "./location.ts"

/** What took the picture. */
export function readCamera(exif: Exif | undefined, xmp: Xmp | undefined): Camera | undefined {
  const image = exif?.image ?? {}
  const photo = exif?.photo ?? {}
  const text = (name: string): string | undefined => xmp?.[name]?.[0]?.text || undefined
  return some({
    make: textOf(image["Make"]) ?? text("tiff:Make"),
    model: textOf(image["Model"]) ?? text("tiff:Model"),
    serialNumber: textOf(photo["SerialNumber"]) ?? textOf(image["CameraSerialNumber"]) ?? text("aux:SerialNumber"),
    lensMake: textOf(photo["LensMake"]) ?? text("exifEX:LensMake"),
    lensModel: textOf(photo["LensModel"]) ?? text("exifEX:LensModel") ?? text("aux:Lens"),
    lensSerialNumber: textOf(photo["LensSerialNumber"]) ?? text("aux:LensSerialNumber"),
    owner: textOf(photo["OwnerName"]) ?? text("aux:OwnerName"),
  })
}

/** How it was set. Zeros where EXIF says "unknown" are left out. */
export function readExposure(exif: Exif | undefined, xmp: Xmp | undefined): Exposure | undefined {
  const photo = exif?.photo ?? {}
  const number = (name: string): number | undefined =>
    numberOf(photo[name]) ?? xmpNumber(xmp?.[`exif:${name}`]?.[0]?.text)
  const flash = number("Flash")
  return some({
    timeSeconds: positive(number("ExposureTime")),
    fNumber: positive(number("FNumber")),
    iso: positive(number("ISO") ?? xmpNumber(xmp?.["exif:ISOSpeedRatings"]?.[0]?.text)),
    focalLengthMm: positive(number("FocalLength")),
    focalLength35mm: positive(
      number("FocalLengthIn35mmFormat") ?? xmpNumber(xmp?.["exif:FocalLengthIn35mmFilm"]?.[0]?.text),
    ),
    compensationEv: number("ExposureCompensation"),
    flashFired: flash === undefined ? undefined : (flash & 1) === 1,
  })
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}
