import type { Camera, CameraInfo, PictureVerdict } from "@darkslide/capture"
import type { PropertyValues } from "lit"
import { property } from "lit/decorators.js"
import type { LibraryService } from "../library/library-service.ts"
import { PageElement } from "../page-element.ts"
import type { CameraService } from "./camera-service.ts"
import type { CameraViewer, ViewerState } from "./viewer.ts"

declare global {
  interface HTMLElementEventMap {
    "darkslide-busy": CustomEvent<{ readonly isBusy: boolean }>
  }
}

/** One way to use the camera: what is over its picture, and beside it. */
export abstract class CameraMode extends PageElement {
  @property({ attribute: false }) cameras!: CameraService
  @property({ attribute: false }) library!: LibraryService
  @property({ attribute: false }) viewer!: CameraViewer
  @property({ attribute: false }) viewing: ViewerState = { state: "opening" }
  @property({ attribute: false }) list: readonly CameraInfo[] = []
  @property({ attribute: false }) verdict: PictureVerdict = "ok"
  #isBusy = false

  protected get camera(): Camera | undefined {
    return this.viewing.state === "live" ? this.viewing.camera : undefined
  }

  /** Of the picture that shows. */
  protected get shape(): { readonly width: number; readonly height: number } {
    return this.camera?.settings ?? { width: 4, height: 3 }
  }

  /** Whether another mode would throw something away. */
  protected abstract get isBusy(): boolean

  /** Sets what the style sheet computes with, as a property: the page's policy forbids style attributes. */
  protected override updated(_changed: PropertyValues): void {
    const { width, height } = this.shape
    this.querySelector<HTMLElement>(".viewfinder")?.style.setProperty("--ratio", `${width} / ${height}`)
    if (this.#isBusy === this.isBusy) return
    this.#isBusy = this.isBusy
    this.dispatchEvent(new CustomEvent("darkslide-busy", { detail: { isBusy: this.isBusy }, bubbles: true }))
  }

  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>(selector)?.focus()
  }
}
