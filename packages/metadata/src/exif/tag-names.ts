import { hexName, type DirectoryName } from "../walk/directories.ts"

/** Names of Exif 3.0 tables 4 to 17 and TIFF 6.0, as `hex Name` pairs. */
const image = `fe NewSubfileType 100 ImageWidth 101 ImageHeight 102 BitsPerSample 103 Compression
106 PhotometricInterpretation 10d DocumentName 10e ImageDescription 10f Make 110 Model 112 Orientation
115 SamplesPerPixel 11a XResolution 11b YResolution 11c PlanarConfiguration 11d PageName 128 ResolutionUnit
131 Software 132 ModifyDate 13b Artist 13c HostComputer 13e WhitePoint 13f PrimaryChromaticities
201 ThumbnailOffset 202 ThumbnailLength 211 YCbCrCoefficients 212 YCbCrSubSampling 213 YCbCrPositioning
214 ReferenceBlackWhite 4746 Rating 4749 RatingPercent 8298 Copyright 9c9b XPTitle 9c9c XPComment 9c9d XPAuthor
9c9e XPKeywords 9c9f XPSubject c4a5 PrintImageMatching c612 DNGVersion c614 UniqueCameraModel
c62f CameraSerialNumber`
const photo = `829a ExposureTime 829d FNumber 8822 ExposureProgram 8827 ISO 8830 SensitivityType
8831 StandardOutputSensitivity 8832 RecommendedExposureIndex 9000 ExifVersion 9003 DateTimeOriginal
9004 CreateDate 9010 OffsetTime 9011 OffsetTimeOriginal 9012 OffsetTimeDigitized 9101 ComponentsConfiguration
9102 CompressedBitsPerPixel 9201 ShutterSpeedValue 9202 ApertureValue 9203 BrightnessValue
9204 ExposureCompensation 9205 MaxApertureValue 9206 SubjectDistance 9207 MeteringMode 9208 LightSource 9209 Flash
920a FocalLength 9214 SubjectArea 927c MakerNote 9286 UserComment 9290 SubSecTime 9291 SubSecTimeOriginal
9292 SubSecTimeDigitized 9400 AmbientTemperature 9401 Humidity 9402 Pressure a000 FlashpixVersion a001 ColorSpace
a002 ExifImageWidth a003 ExifImageHeight a004 RelatedSoundFile a20b FlashEnergy a20e FocalPlaneXResolution
a20f FocalPlaneYResolution a210 FocalPlaneResolutionUnit a214 SubjectLocation a215 ExposureIndex a217 SensingMethod
a300 FileSource a301 SceneType a302 CFAPattern a401 CustomRendered a402 ExposureMode a403 WhiteBalance
a404 DigitalZoomRatio a405 FocalLengthIn35mmFormat a406 SceneCaptureType a407 GainControl a408 Contrast
a409 Saturation a40a Sharpness a40b DeviceSettingDescription a40c SubjectDistanceRange a420 ImageUniqueID
a430 OwnerName a431 SerialNumber a432 LensInfo a433 LensMake a434 LensModel a435 LensSerialNumber
a436 ImageTitle a437 Photographer a438 ImageEditor a439 CameraFirmware a460 CompositeImage a500 Gamma`
const gps = `0 GPSVersionID 1 GPSLatitudeRef 2 GPSLatitude 3 GPSLongitudeRef 4 GPSLongitude 5 GPSAltitudeRef
6 GPSAltitude 7 GPSTimeStamp 8 GPSSatellites 9 GPSStatus a GPSMeasureMode b GPSDOP c GPSSpeedRef d GPSSpeed
e GPSTrackRef f GPSTrack 10 GPSImgDirectionRef 11 GPSImgDirection 12 GPSMapDatum 13 GPSDestLatitudeRef
14 GPSDestLatitude 15 GPSDestLongitudeRef 16 GPSDestLongitude 17 GPSDestBearingRef 18 GPSDestBearing
19 GPSDestDistanceRef 1a GPSDestDistance 1b GPSProcessingMethod 1c GPSAreaInformation 1d GPSDateStamp
1e GPSDifferential 1f GPSHPositioningError`
const interop =
  "1 InteropIndex 2 InteropVersion 1000 RelatedImageFileFormat 1001 RelatedImageWidth 1002 RelatedImageHeight"

/** Pointers, and tables of where a TIFF's pixels lie: of no use to a reader, and long. */
const skipped = [
  0x0111, 0x0117, 0x0120, 0x0121, 0x0144, 0x0145, 0x014a, 0x02bc, 0x83bb, 0x8649, 0x8769, 0x8773, 0x8825, 0xa005,
]

let tables: Readonly<Record<"image" | "gps" | "interop", Map<number, string>>> | undefined

/** Names by tag of one directory, for `tagName`. */
export function tagNames(directory: DirectoryName): Map<number, string> {
  // Tags of the camera's directory are often found in the image's, and the other way round: they share no number.
  tables ??= { image: parse(`${image} ${photo}`), gps: parse(gps), interop: parse(interop) }
  return directory === "gps" || directory === "interop" ? tables[directory] : tables.image
}

/** The name of a tag, empty when it is to be left out; `0x` and four digits, kept in the table for the next time, when it has none there. */
export function tagName(names: Map<number, string>, tag: number): string {
  const known = names.get(tag)
  if (known !== undefined) return known
  const name = hexName(tag)
  if (names.size < 4096) names.set(tag, name)
  return name
}

function parse(text: string): Map<number, string> {
  const words = text.split(/\s+/u)
  const names = new Map<number, string>(skipped.map((tag) => [tag, ""]))
  for (let i = 0; i + 1 < words.length; i += 2) names.set(Number.parseInt(words[i] ?? "", 16), words[i + 1] ?? "")
  return names
}
