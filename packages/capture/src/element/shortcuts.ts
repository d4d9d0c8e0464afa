/** What a key does while the focus is inside the element, and not in its menu or slider. */
export type Shortcut = "photo" | "record" | "timer" | "camera" | "mirror" | "zoom-in" | "zoom-out" | "cancel"

const letters: Readonly<Record<string, Shortcut>> = {
  p: "photo",
  r: "record",
  t: "timer",
  c: "camera",
  m: "mirror",
  "+": "zoom-in",
  "-": "zoom-out",
}

/** Escape cancels even where the letters are off. Keys with a modifier are the browser's. */
export function shortcutOf(event: KeyboardEvent, mode: "on" | "off"): Shortcut | undefined {
  if (event.key === "Escape") return "cancel"
  if (mode === "off" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return undefined
  const [target] = event.composedPath()
  const typesItself = target instanceof HTMLSelectElement || target instanceof HTMLInputElement
  return typesItself ? undefined : letters[event.key.toLowerCase()]
}
