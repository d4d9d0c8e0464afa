import type { Location } from "@darkslide/metadata"

/** One place in the forms that people and programs use. */
export interface PlaceForms {
  /** `53.54321, 9.98765` */
  readonly decimal: string
  /** `53° 32′ 35.6″ N, 9° 59′ 15.5″ E` */
  readonly dms: string
  /** RFC 5870. */
  readonly uri: string
}

export function placeForms({ latitude, longitude }: Pick<Location, "latitude" | "longitude">): PlaceForms {
  // Five places are a metre; more would pretend to know what no receiver does.
  const [north, east] = [latitude, longitude].map((degrees) => String(Number(degrees.toFixed(5)))) as [string, string]
  return {
    decimal: `${north}, ${east}`,
    dms: `${dms(latitude, "N", "S")}, ${dms(longitude, "E", "W")}`,
    uri: `geo:${north},${east}`,
  }
}

/** A degree of latitude, in meters. */
const metersPerDegree = 111_320

/** `3 m`, `1.2 km`. */
export function metersInWords(meters: number): string {
  if (meters < 1) return "1 m"
  return meters < 1000 ? `${Math.round(meters)} m` : `${(meters / 1000).toFixed(meters < 10_000 ? 1 : 0)} km`
}

export function precisionMeters(precisionDegrees: number): number {
  return precisionDegrees * metersPerDegree
}

function dms(degrees: number, positive: string, negative: string): string {
  const tenths = Math.round(Math.abs(degrees) * 36_000)
  const seconds = (tenths % 600) / 10
  const minutes = Math.floor(tenths / 600) % 60
  return `${Math.floor(tenths / 36_000)}° ${minutes}′ ${seconds}″ ${degrees < 0 && tenths > 0 ? negative : positive}`
}
