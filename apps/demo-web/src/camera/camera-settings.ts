import * as z from "zod/mini"
// By its own name: linters take `z.catch` for a promise's, and a destructured `z` brings all of its languages.
import { catch as orElse } from "zod/mini"

const corner = z.tuple([z.number().check(z.minimum(0), z.maximum(1)), z.number().check(z.minimum(0), z.maximum(1))])

const zone = z.object({
  name: z.string().check(z.maxLength(60)),
  rule: z.enum(["watch", "ignore"]),
  polygon: z.array(corner).check(z.minLength(3), z.maxLength(60)),
})

/** What a person chose on the Camera page, kept from visit to visit. The camera itself is remembered by capture. */
const schema = z.object({
  type: orElse(z.enum(["image/jpeg", "image/webp", "image/png"]), "image/jpeg"),
  timerSeconds: orElse(z.literal([0, 3, 10]), 0),
  count: orElse(z.literal([1, 3, 5, 10]), 1),
  preRollSeconds: orElse(z.literal([0, 2, 5, 10, 30]), 5),
  sensitivity: orElse(z.int().check(z.minimum(1), z.maximum(10)), 6),
  onMotion: orElse(z.enum(["photo", "clip"]), "photo"),
  coolDownSeconds: orElse(z.literal([5, 10, 30, 60]), 10),
  zones: orElse(z.array(zone).check(z.maxLength(50)), []),
})

export type CameraSettings = z.infer<typeof schema>

const key = "darkslide.camera-page"

export function loadSettings(): CameraSettings {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(key) ?? "{}"))
  } catch {
    // Storage that is switched off, or what someone else wrote there: the defaults do.
    return schema.parse({})
  }
}

export function saveSettings(change: Partial<CameraSettings>): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...loadSettings(), ...change }))
  } catch {
    // Storage that is full or switched off: the choice holds for this visit.
  }
}
