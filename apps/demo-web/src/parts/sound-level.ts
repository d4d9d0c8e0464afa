import { html, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property } from "lit/decorators.js"
import { PageElement } from "../page-element.ts"

/** Ten times a second is enough to see that one is heard. */
const everyMs = 100
/** What counts as nothing and as loud, in dB below the loudest that fits. */
const quiet = -60
const loud = -12

/** How loud a microphone is just now. */
@customElement("darkslide-sound-level")
export class SoundLevel extends PageElement {
  @property({ attribute: false }) stream!: MediaStream
  @property() label = ""
  private context: AudioContext | undefined
  private timer: ReturnType<typeof setInterval> | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this.listen()
  }

  protected override render(): TemplateResult {
    return html`<meter class="sound-level" min="0" max="1" low="0.15" aria-label=${this.label}></meter>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("stream")) this.listen()
  }

  private listen(): void {
    this.stop()
    const context = new AudioContext()
    const analyser = new AnalyserNode(context, { fftSize: 1024 })
    context.createMediaStreamSource(this.stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const meter = this.querySelector("meter")
    this.context = context
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      if (meter) meter.value = levelOf(samples)
    }, everyMs)
  }

  private stop(): void {
    clearInterval(this.timer)
    void this.context?.close()
    this.context = undefined
  }
}

/** From 0 for silence to 1, by the loudness that ears know: logarithmic. */
function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  const decibels = 10 * Math.log10(power + 1e-12)
  return Math.min(1, Math.max(0, (decibels - quiet) / (loud - quiet)))
}
