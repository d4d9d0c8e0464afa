import { cellKinds, type MotionVerdict, type MotionZone } from "@darkslide/capture/motion"
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit"
import { customElement, property } from "lit/decorators.js"
import { placeInPicture } from "../camera/picture-place.ts"
import { addCorner, closesZone, moveCursor, removeCorner, type Corner, type ZoneDraft } from "../camera/zone-draft.ts"
import { announce } from "../page-events.ts"
import { strings } from "../strings.ts"
import { PageElement } from "../page-element.ts"

declare global {
  interface HTMLElementEventMap {
    "darkslide-zone": CustomEvent<{ readonly draft: ZoneDraft; readonly act: "change" | "finish" | "cancel" }>
  }
}

const words = strings.motion
/** How near to its first corner a click closes a zone. */
const reach = 0.03
const steps: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
const shownKinds = ["moving", "stationary", "light"] as const

/** What lies over the picture in motion mode: zones, the cells of the detector, and the zone that is being drawn. */
@customElement("darkslide-zone-picture")
export class ZonePicture extends PageElement {
  @property({ attribute: false }) zones: readonly MotionZone[] = []
  @property({ attribute: false }) verdict: MotionVerdict | undefined
  @property({ attribute: false }) draft: ZoneDraft | undefined
  @property({ type: Number }) width = 4
  @property({ type: Number }) height = 3
  @property({ type: Boolean }) mirrored = false

  async focusPad(): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>(".zone-pad")?.focus()
  }

  protected override render(): TemplateResult {
    const { width, height } = this
    return html`<svg class="zones" viewBox="0 0 ${width} ${height}" ?data-mirrored=${this.mirrored} aria-hidden="true">
        ${this.cells()}
        ${this.zones.map((zone) => svg`<path class=${`zone ${zone.rule}`} d=${this.path(zone.polygon, "Z")} />`)}
        ${this.drawing()}
      </svg>
      ${this.draft === undefined ? nothing : this.pad()}`
  }

  private cells(): SVGTemplateResult | typeof nothing {
    const { verdict, width, height } = this
    if (verdict === undefined) return nothing
    const { columns, rows } = verdict.grid
    return svg`<g transform="scale(${width / columns} ${height / rows})">
      ${shownKinds.map((kind) => svg`<path class=${`cells ${kind}`} d=${cellPath(verdict, kind)} />`)}
    </g>`
  }

  private drawing(): SVGTemplateResult | typeof nothing {
    const { draft, width, height } = this
    if (draft === undefined) return nothing
    const size = Math.max(width, height) / 80
    const [x, y] = [draft.cursor[0] * width, draft.cursor[1] * height]
    return svg`<path class=${`zone draft ${draft.rule}`} d=${this.path([...draft.corners, draft.cursor], "")} />
      ${draft.corners.map((corner) => svg`<circle class="corner" cx=${corner[0] * width} cy=${corner[1] * height} r=${size / 2} />`)}
      <path class="cursor" d="M${x - size * 1.5} ${y}h${size * 3}M${x} ${y - size * 1.5}v${size * 3}" />`
  }

  private pad(): TemplateResult {
    return html`<div
      class="zone-pad"
      role="application"
      tabindex="0"
      aria-label=${words.pad}
      aria-describedby="zone-help"
      @pointermove=${this.follow}
      @click=${this.clicked}
      @keydown=${this.pressed}
    ></div>`
  }

  private path(corners: readonly Corner[], end: "Z" | ""): string {
    return (
      corners.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x * this.width} ${y * this.height}`).join("") + end
    )
  }

  private follow(event: PointerEvent | MouseEvent): ZoneDraft | undefined {
    if (this.draft === undefined) return undefined
    const { width, height, mirrored: isMirrored } = this
    const box = this.getBoundingClientRect()
    const [x, y] = placeInPicture({ box, width, height, isMirrored }, event.clientX, event.clientY)
    const draft = moveCursor(this.draft, x, y)
    this.tell(draft)
    return draft
  }

  private clicked(event: MouseEvent): void {
    const draft = this.follow(event)
    if (draft === undefined) return
    if (closesZone(draft, reach)) this.tell(draft, "finish")
    else this.set(draft)
  }

  private pressed(event: KeyboardEvent): void {
    const { draft } = this
    if (draft === undefined) return
    const step = steps[event.key]
    if (step) {
      const size = event.shiftKey ? 0.01 : 0.05
      const across = this.mirrored ? -step[0] : step[0]
      const moved = moveCursor(draft, draft.cursor[0] + across * size, draft.cursor[1] + step[1] * size)
      this.tell(moved)
      announce(this, words.place(...shownPlace(moved.cursor, this.mirrored)))
    } else if (event.key === " ") this.set(draft)
    else if (event.key === "Backspace" || event.key === "Delete") this.tell(removeCorner(draft))
    else if (event.key === "Enter") this.tell(draft, "finish")
    else if (event.key === "Escape") this.tell(draft, "cancel")
    else return
    event.preventDefault()
  }

  private set(draft: ZoneDraft): void {
    const next = addCorner(draft)
    this.tell(next)
    announce(this, words.corners(next.corners.length))
  }

  private tell(draft: ZoneDraft, act: "change" | "finish" | "cancel" = "change"): void {
    this.dispatchEvent(new CustomEvent("darkslide-zone", { detail: { draft, act }, bubbles: true }))
  }
}

/** In percent, as it is seen. */
function shownPlace([x, y]: Corner, isMirrored: boolean): [number, number] {
  return [Math.round(100 * (isMirrored ? 1 - x : x)), Math.round(100 * y)]
}

function cellPath({ cells, grid: { columns } }: MotionVerdict, kind: (typeof shownKinds)[number]): string {
  const wanted = cellKinds.indexOf(kind)
  let path = ""
  cells.forEach((cell, index) => {
    if (cell === wanted) path += `M${index % columns} ${Math.floor(index / columns)}h1v1h-1z`
  })
  return path
}
