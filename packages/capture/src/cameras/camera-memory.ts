import type { CameraInfo } from "./camera.ts"

/** Which camera a person chose. The label finds it again after the browser gave its devices new ids. */
export type CameraChoice = Pick<CameraInfo, "deviceId" | "label">

/** Where a choice is kept from visit to visit. */
export interface CameraMemory {
  get(): CameraChoice | undefined | Promise<CameraChoice | undefined>
  set(choice: CameraChoice): void | Promise<void>
}

const key = "darkslide.camera"

/** Keeps the choice in `localStorage`; where the browser forbids that, nowhere. */
export const localCameraMemory: CameraMemory = {
  get() {
    try {
      return parseChoice(localStorage.getItem(key))
    } catch {
      // Storage that is switched off (SecurityError) and a text that someone else wrote are no choice.
      return undefined
    }
  },
  set({ deviceId, label }) {
    try {
      localStorage.setItem(key, JSON.stringify({ deviceId, label }))
    } catch {
      // Storage that is full or switched off: the choice holds for this visit, which is what matters now.
    }
  },
}

/** The remembered camera among those there: by id, else by name. */
export function findChoice(choice: CameraChoice, cameras: readonly CameraInfo[]): CameraInfo | undefined {
  return (
    cameras.find(({ deviceId }) => deviceId !== "" && deviceId === choice.deviceId) ??
    cameras.find(({ label }) => label !== "" && label === choice.label)
  )
}

function parseChoice(text: string | null): CameraChoice | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text)
  if (typeof value !== "object" || value === null) return undefined
  const { deviceId, label } = value as { deviceId?: unknown; label?: unknown }
  return typeof deviceId === "string" && typeof label === "string" ? { deviceId, label } : undefined
}
