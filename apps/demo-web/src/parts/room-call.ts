import type { CallWay } from "@darkslide/rooms/media"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { callStrings } from "../call-strings.ts"
import type { CallsService, CallWays } from "../call/calls-service.ts"
import { LiveCall, type CallNote } from "../call/live-call.ts"
import { OwnMedia } from "../call/own-media.ts"
import type { CameraService } from "../camera/camera-service.ts"
import { isAbort } from "../error-words.ts"
import { announce } from "../page-events.ts"
import type { LiveRoom } from "../rooms/live-room.ts"
import { callButton } from "./call-button.ts"
import { callCheck } from "./call-check.ts"
import { callFigures, callLine } from "./call-figures.ts"
import { callGrid } from "./call-grid.ts"
import { callOptions, callWarning } from "./call-options.ts"
import { errorNotice } from "./error-notice.ts"
import { microphoneTrouble, ownButtons } from "./own-devices.ts"
import { PageElement } from "../page-element.ts"

const words = callStrings

/** The call in a room's page: outside of it, before the mirror, and inside. It ends with the page. */
@customElement("darkslide-room-call")
export class RoomCall extends PageElement {
  @property({ attribute: false }) live!: LiveRoom
  @property({ attribute: false }) calls!: CallsService
  @property({ attribute: false }) cameras!: CameraService
  @state() private step: "outside" | "checking" | "joining" | "inside" = "outside"
  @state() private error: unknown
  @state() private ways: CallWays = { relays: [] }
  @state() private way: CallWay = "mesh"
  @state() private isRelayed = false
  /** Asked for with each visit: credentials of relays end. */
  private knowing: Promise<CallWays> | undefined
  private own: OwnMedia | undefined
  private call: LiveCall | undefined
  /** From the check on, until the call is left. */
  private visit = new AbortController()

  override connectedCallback(): void {
    super.connectedCallback()
    // Names, roles and what was compared are the room's.
    this.live.onChange(() => this.requestUpdate(), this.present)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    void this.end()
  }

  protected override render(): TemplateResult | typeof nothing {
    // Nobody has a role in a room that is over.
    if (this.live.over) return nothing
    const isInside = this.step === "inside"
    return html`<section class=${isInside ? "call" : "card call"} aria-labelledby="call">
      <h2 id="call" tabindex="-1">${this.step === "outside" || isInside ? words.heading : words.checkHeading}</h2>
      ${this.content()}
    </section>`
  }

  private content(): TemplateResult {
    const { own, call } = this
    if (this.step === "inside" && own && call) return this.inside(call, own)
    if (own && maySend(this.live) && this.step !== "outside") {
      return callCheck({
        own,
        isJoining: this.step === "joining",
        error: this.error,
        hasRelay: this.hasRelay,
        isRelayed: this.isRelayed,
        chooseRelay: (isRelayed) => (this.isRelayed = isRelayed),
        hasUnit: this.ways.unit !== undefined,
        way: this.way,
        chooseWay: (way) => (this.way = way),
        join: () => void this.join(),
        cancel: () => void this.leave(),
      })
    }
    return this.outside()
  }

  private outside(): TemplateResult {
    const sends = maySend(this.live)
    return html`<p class="soft">${sends ? words.lead : words.leadViewer} ${words.leaves}</p>
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <div class="row">
        <wa-button
          variant="brand"
          ?loading=${this.step === "joining"}
          @click=${() => (sends ? this.prepare() : this.watchOnly())}
        >
          <wa-icon slot="start" name="video"></wa-icon>${sends ? words.prepare : words.watch}
        </wa-button>
      </div>`
  }

  private inside(call: LiveCall, own: OwnMedia): TemplateResult {
    const { self } = this.live.room
    return html`<p class="call-state">${stateWords(call)}</p>
      ${callWarning(call, () => {
        call.warning = undefined
        this.requestUpdate()
      })}
      ${call.error === undefined ? nothing : errorNotice(call.error)}
      ${own.camera.state === "failed" ? errorNotice(own.camera.error, () => void own.turnCamera("on")) : nothing}
      ${microphoneTrouble(own, () => void own.turnMicrophone("on"))} ${callGrid(call, own, self)}
      <div class="call-bar" role="group" aria-label=${words.controls}>
        ${maySend(this.live) ? html`${ownButtons(own)} ${this.screenButton(call)}` : nothing}
        ${callButton({ icon: "hang-up", text: words.leave, tone: "end", press: () => void this.leave() })}
      </div>
      <p class="small soft call-line">
        ${callLine(call)}
        ${
          call.people.some(({ state: link }) => link === "failed")
            ? html`<wa-button appearance="outlined" @click=${() => call.reconnect()}>${words.tryAgain}</wa-button>`
            : nothing
        }
      </p>
      ${maySend(this.live) ? callOptions(call, own) : nothing} ${callFigures(call)}`
  }

  private screenButton(call: LiveCall): TemplateResult | typeof nothing {
    if (!this.calls.hasScreens) return nothing
    return call.screen
      ? callButton({ icon: "screen", text: words.stopScreen, tone: "off", press: () => void call.stopScreen() })
      : callButton({ icon: "screen", text: words.shareScreen, press: () => void this.shareScreen(call) })
  }

  /** Opens camera and microphone, for this person alone. */
  private async prepare(): Promise<void> {
    const own = this.begin()
    this.step = "checking"
    void this.focusHeading()
    await Promise.all([own.turnCamera("on"), own.turnMicrophone("on"), this.loadWays()])
  }

  private async watchOnly(): Promise<void> {
    this.begin()
    this.step = "joining"
    await this.loadWays()
    await this.join()
  }

  /** STUN servers tell addresses, and pass nothing on. */
  private get hasRelay(): boolean {
    return this.ways.relays.some(({ urls }) => [urls].flat().some((url) => /^turns?:/u.test(url)))
  }

  private begin(): OwnMedia {
    this.visit.abort(new DOMException("Another try began", "AbortError"))
    this.visit = new AbortController()
    this.error = undefined
    this.knowing = undefined
    this.own = new OwnMedia({
      calls: this.calls,
      cameras: this.cameras,
      changed: () => {
        this.requestUpdate()
        void this.call?.sync()
      },
      signal: this.visit.signal,
    })
    return this.own
  }

  private async loadWays(): Promise<void> {
    const { signal } = this.visit
    try {
      const ways = await this.knowWays()
      if (!signal.aborted) this.ways = ways
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  /** Asks the server, once, and again after a failure. */
  private async knowWays(): Promise<CallWays> {
    this.knowing ??= this.calls.ways(this.live.room, this.live.via, this.visit.signal)
    try {
      return await this.knowing
    } catch (error) {
      this.knowing = undefined
      throw error
    }
  }

  private async join(): Promise<void> {
    const { own, visit, way } = this
    if (!own) return
    this.step = "joining"
    this.error = undefined
    try {
      // Who does not know of the server's unit would look for the others where they are not.
      const ways = await this.knowWays()
      if (visit.signal.aborted) return
      this.ways = ways
      const route = this.isRelayed && this.hasRelay ? "relay" : "any"
      const joined = await this.calls.join(this.live.room, { ...ways, way, route, signal: visit.signal })
      if (visit.signal.aborted) return
      const call = new LiveCall(joined, {
        own,
        changed: () => this.callChanged(),
        note: (note) => announce(this, noteWords(note)),
      })
      this.call = call
      this.step = "inside"
      await own.goWithout()
      void this.focusHeading()
      await call.sync()
    } catch (error) {
      if (visit.signal.aborted) return
      if (!isAbort(error)) this.error = error
      this.step = maySend(this.live) ? "checking" : "outside"
    }
  }

  private callChanged(): void {
    this.requestUpdate()
    if (this.call?.over === undefined) return
    this.error = this.call.over.error
    void this.end()
  }

  private async shareScreen(call: LiveCall): Promise<void> {
    try {
      const track = await this.calls.openScreen()
      if (track && call.over === undefined) await call.shareScreen(track)
      else track?.stop()
    } catch (error) {
      call.error = error
      this.requestUpdate()
    }
  }

  private async leave(): Promise<void> {
    this.error = undefined
    if (this.call) announce(this, words.ownLeft)
    await this.end()
    void this.focusHeading()
  }

  /** Stops the devices, too. */
  private async end(): Promise<void> {
    const { call } = this
    this.call = undefined
    this.own = undefined
    this.step = "outside"
    this.visit.abort(new DOMException("The call was left", "AbortError"))
    await call?.leave()
  }

  private async focusHeading(): Promise<void> {
    await this.updateComplete
    this.querySelector<HTMLElement>("#call")?.focus({ preventScroll: true })
  }
}

/** As every receiver checks it: who only receives would not be shown. */
function maySend({ room }: LiveRoom): boolean {
  const { role } = room.self
  return role !== "viewer" && role !== "receiver"
}

/** Who is not reached comes before who is. */
function stateWords({ people }: LiveCall): string {
  const names = (state: string): string =>
    people
      .filter((person) => person.state === state)
      .map(({ member }) => member.name)
      .join(", ")
  const [failed, broken, seeking] = [names("failed"), names("reconnecting"), names("connecting")]
  if (failed !== "") return words.failed(failed)
  if (broken !== "") return words.broken(broken)
  if (seeking !== "") return words.seeking(seeking)
  return people.length === 0 ? words.alone : words.withSome(people.length)
}

function noteWords(note: CallNote): string {
  if (note.type === "way") return words.notes.way[note.way]
  const { name } = note.member
  return note.type === "muted" || note.type === "unmuted"
    ? words.notes[note.type][note.source](name)
    : words.notes[note.type](name)
}
