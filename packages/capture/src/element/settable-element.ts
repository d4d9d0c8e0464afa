import { attributes, settingsByDefault, type CameraSettings } from "./camera-settings.ts"

/** Node has no elements; what is built on this can be imported there all the same. */
const ElementBase: typeof HTMLElement = globalThis.HTMLElement ?? (EventTarget as typeof HTMLElement)
const names = Object.keys(settingsByDefault) as readonly (keyof CameraSettings)[]

/** An element with the {@link CameraSettings} as properties, and those that are text or numbers as attributes as well. */
export abstract class SettableElement extends ElementBase implements CameraSettings {
  static readonly observedAttributes: readonly string[] = Object.keys(attributes)

  declare autostart: CameraSettings["autostart"]
  declare deviceId: CameraSettings["deviceId"]
  declare facing: CameraSettings["facing"]
  declare width: CameraSettings["width"]
  declare height: CameraSettings["height"]
  declare pictureType: CameraSettings["pictureType"]
  declare quality: CameraSettings["quality"]
  declare timer: CameraSettings["timer"]
  declare mirror: CameraSettings["mirror"]
  declare preRoll: CameraSettings["preRoll"]
  declare shortcuts: CameraSettings["shortcuts"]
  declare cameras: CameraSettings["cameras"]
  declare recorder: CameraSettings["recorder"]
  declare motion: CameraSettings["motion"]
  declare words: CameraSettings["words"]

  readonly #settings: CameraSettings = { ...settingsByDefault }

  static {
    for (const name of names)
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        get(this: SettableElement) {
          return this.#settings[name]
        },
        set(this: SettableElement, value: CameraSettings[keyof CameraSettings]) {
          this.#set({ [name]: value })
        },
      })
  }

  /** Called after any of them was set. */
  protected abstract settingsChanged(): void

  connectedCallback(): void {
    // What a page set before this class was defined lies over the accessors.
    for (const name of names) {
      if (!Object.hasOwn(this, name)) continue
      const given: Partial<CameraSettings> = { [name]: this[name] }
      delete (this as Partial<CameraSettings>)[name]
      this.#set(given)
    }
  }

  attributeChangedCallback(attribute: string, _before: string | null, text: string | null): void {
    const set = attributes[attribute]?.(text ?? "") ?? {}
    // Without its attribute a setting is what it is by default.
    this.#set(text === null ? defaultsOf(set) : set)
  }

  #set(settings: Partial<CameraSettings>): void {
    Object.assign(this.#settings, settings)
    this.settingsChanged()
  }
}

function defaultsOf(settings: Partial<CameraSettings>): Partial<CameraSettings> {
  return Object.fromEntries(
    Object.keys(settings).map((name) => [name, settingsByDefault[name as keyof CameraSettings]]),
  )
}
