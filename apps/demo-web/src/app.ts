import "@awesome.me/webawesome/dist/components/button/button.js"
import "@awesome.me/webawesome/dist/components/dialog/dialog.js"
import "@awesome.me/webawesome/dist/components/progress-bar/progress-bar.js"
import "@awesome.me/webawesome/dist/components/spinner/spinner.js"
import { html, nothing, type PropertyValues, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { keyed } from "lit/directives/keyed.js"
import type { AccountStatus } from "./account/account-service.ts"
import { alertStrings } from "./alert-strings.ts"
import "./pages/create-account-page.ts"
import "./pages/sign-in-page.ts"
import "./pages/unlock-page.ts"
import { Page } from "./pages/page.ts"
import { PageCode } from "./pages/page-code.ts"
import type { PageError } from "./pages/page-error.ts"
import { errorNotice } from "./parts/error-notice.ts"
import { mark } from "./parts/mark.ts"
import "./parts/upload-panel.ts"
import "./parts/was-it-you.ts"
import { Router, type Route } from "./router.ts"
import type { Services } from "./services.ts"
import { roomStrings } from "./room-strings.ts"
import { searchStrings } from "./search-strings.ts"
import { strings } from "./strings.ts"
import { viewOf, type View } from "./view.ts"
import { PageElement } from "./page-element.ts"

const titles: Record<View["name"], string> = {
  starting: strings.starting,
  unlock: strings.unlock.heading,
  "create-account": strings.createAccount.heading,
  "sign-in": strings.signIn.heading,
  camera: strings.camera.heading,
  library: strings.library.heading,
  search: searchStrings.heading,
  photo: strings.photo.headingUnknown,
  alerts: alertStrings.heading,
  rooms: roomStrings.headings.room,
  room: roomStrings.unnamed.room,
  channels: roomStrings.headings.channel,
  channel: roomStrings.unnamed.channel,
  settings: strings.settings.heading,
  "server-sees": strings.serverSees.heading,
  "not-found": strings.notFound.heading,
}

/** The frame around the pages: decides which one shows, and holds navigation, titles, focus and the live region. */
@customElement("darkslide-app")
export class DarkslideApp extends PageElement {
  @property({ attribute: false }) services!: Services
  @state() private status: AccountStatus = { status: "unknown" }
  @state() private route: Route = { name: "home" }
  @state() private announcement = ""
  @state() private error: unknown
  private readonly router = new Router(window)
  private readonly code = new PageCode(() => this.requestUpdate())
  private wanted: string | undefined
  private shown: string | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.route = this.router.route
    this.router.follow((route) => this.turnTo(route), this.present)
    this.addEventListener("darkslide-navigate", (event) => this.router.go(event.detail.path), { signal: this.present })
    this.addEventListener("darkslide-announce", (event) => (this.announcement = event.detail.text), {
      signal: this.present,
    })
    void this.followStatus(this.present)
    void this.restore()
  }

  /** Brings the address in line with the status before anything is drawn. */
  protected override willUpdate(changed: PropertyValues<{ status: AccountStatus }>): void {
    const { address } = viewOf(this.route, this.status)
    if (address === undefined) return
    const isSignedOut = this.status.status === "signed-out"
    const before = changed.get("status")?.status
    const hasJustLeft = isSignedOut && (before === "unlocked" || before === "locked")
    const target = isSignedOut ? address : (this.wanted ?? address)
    this.wanted = isSignedOut && !hasJustLeft && this.route.name !== "home" ? this.router.path : undefined
    this.router.replace(target)
    this.route = this.router.route
  }

  protected override render(): TemplateResult {
    const { view } = viewOf(this.route, this.status)
    return html`<a class="skip" href="#main" @click=${this.skip}>${strings.skip}</a>
      <header class="app-header">
        <a class="brand" href="/" aria-label=${strings.home}>${mark()}<span>${strings.product}</span></a>
        ${this.status.status === "unlocked" || this.status.status === "locked" ? this.navigation(view) : nothing}
      </header>
      ${this.status.status === "unlocked" && view.name !== "alerts" ? html`<darkslide-was-it-you .alerts=${this.services.alerts}></darkslide-was-it-you>` : nothing}
      <main id="main" tabindex="-1">${keyed(keyOf(view), this.content(view))}</main>
      ${this.uploadPanel()}
      <div class="visually-hidden" role="status" aria-live="polite">${this.announcement}</div>`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    const { view } = viewOf(this.route, this.status)
    document.title = strings.title(titles[view.name])
    const state = this.code.stateOf(view.name)
    if (state === "loading") return
    const key = state === "here" ? keyOf(view) : `${keyOf(view)} missing`
    if (key === this.shown) return
    const isFirst = this.shown === undefined || this.shown === "starting"
    this.shown = key
    if (!isFirst) void this.focusPage()
  }

  private navigation(view: View): TemplateResult {
    const section = sectionOf(view)
    return html`<nav class="app-nav" aria-label=${strings.navigation}>
      <ul>
        ${(["camera", "library", "rooms", "channels", "alerts", "settings"] as const).map(
          (name) =>
            html`<li>
              <a href="/${name}" aria-current=${section === name ? "page" : nothing}>
                <wa-icon name=${name}></wa-icon>${{ ...strings.nav, ...roomStrings.nav }[name]}
              </a>
            </li>`,
        )}
      </ul>
    </nav>`
  }

  /** Sealed photos are sent while the keys are locked, too. */
  private uploadPanel(): TemplateResult | typeof nothing {
    const { status } = this.status
    if (status !== "unlocked" && status !== "locked") return nothing
    return html`<darkslide-upload-panel
      .uploads=${this.services.uploads}
      .library=${this.services.library}
      ?unlocked=${status === "unlocked"}
    ></darkslide-upload-panel>`
  }

  /** The page, or what stands in for it until its code is here. */
  private content(view: View): TemplateResult {
    const state = this.code.stateOf(view.name)
    if (state === "here") return this.page(view)
    return state === "loading" ? loadingPage() : this.missingPage(view, state)
  }

  private missingPage({ name }: View, error: PageError): TemplateResult {
    return html`<div class="stack">
      <h1 tabindex="-1">${titles[name]}</h1>
      ${errorNotice(error, () => void this.code.load(name))}
      <wa-button appearance="outlined" @click=${() => location.reload()}>${strings.loadAnew}</wa-button>
    </div>`
  }

  private page(view: View): TemplateResult {
    const { account, library, cameras, files, history, pictures, alerts, sentinel, rooms, calls } = this.services
    const name = "handle" in this.status ? this.status.handle : ""
    switch (view.name) {
      case "starting":
        return this.startingPage()
      case "unlock":
        return html`<darkslide-unlock
          .account=${account}
          .sentinel=${sentinel}
          handle=${this.status.status === "locked" ? this.status.handle : ""}
        ></darkslide-unlock>`
      case "create-account":
        return html`<darkslide-create-account .account=${account}></darkslide-create-account>`
      case "sign-in":
        return html`<darkslide-sign-in .account=${account} .sentinel=${sentinel}></darkslide-sign-in>`
      case "camera":
        return html`<darkslide-camera-page .cameras=${cameras} .library=${library}></darkslide-camera-page>`
      case "library":
        return html`<darkslide-library-page .library=${library} .files=${files}></darkslide-library-page>`
      case "search":
        return html`<darkslide-search-page .library=${library} .history=${history}></darkslide-search-page>`
      case "photo":
        return html`<darkslide-photo-page
          .library=${library}
          .history=${history}
          .pictures=${pictures}
          captureId=${view.captureId}
        ></darkslide-photo-page>`
      case "alerts":
        return html`<darkslide-alerts-page .account=${account} .alerts=${alerts}></darkslide-alerts-page>`
      case "rooms":
      case "channels": {
        const kind = view.name === "rooms" ? "room" : "channel"
        return html`<darkslide-rooms-page .rooms=${rooms} kind=${kind} name=${name}></darkslide-rooms-page>`
      }
      case "room":
        return html`<darkslide-room-page
          .rooms=${rooms}
          .calls=${calls}
          .cameras=${cameras}
          roomId=${view.roomId}
          name=${name}
        ></darkslide-room-page>`
      case "channel":
        return html`<darkslide-channel-page
          .rooms=${rooms}
          roomId=${view.roomId}
          name=${name}
        ></darkslide-channel-page>`
      case "settings":
        return html`<darkslide-settings-page
          .account=${account}
          .sentinel=${sentinel}
          .status=${this.status}
        ></darkslide-settings-page>`
      case "server-sees":
        return html`<darkslide-server-sees-page></darkslide-server-sees-page>`
      case "not-found":
        return notFoundPage()
    }
  }

  private startingPage(): TemplateResult {
    return html`<div class="starting">
      ${mark()}
      ${
        this.error === undefined
          ? html`<p role="status">${strings.starting}</p>`
          : errorNotice(this.error, () => void this.restore())
      }
    </div>`
  }

  private async followStatus(signal: AbortSignal): Promise<void> {
    try {
      for await (const status of this.services.account.statuses({ signal })) this.status = status
    } catch (error) {
      if (!signal.aborted) this.error = error
    }
  }

  private async restore(): Promise<void> {
    this.error = undefined
    try {
      await this.services.account.restore({ signal: this.present })
    } catch (error) {
      if (!this.present.aborted) this.error = error
    }
  }

  private turnTo(route: Route): void {
    this.route = route
    this.code.forgetFailures()
    this.announcement = ""
  }

  private async focusPage(): Promise<void> {
    const page = this.querySelector("main")?.firstElementChild
    if (page instanceof Page) await page.focusHeading()
    else (this.querySelector<HTMLElement>("main h1") ?? this.querySelector("main"))?.focus()
  }

  private skip(event: Event): void {
    event.preventDefault()
    this.querySelector("main")?.focus()
  }
}

/** What makes a page another page: its view, and which photo or room. */
function keyOf(view: View): string {
  if (view.name === "photo") return `photo ${view.captureId}`
  return "roomId" in view ? `${view.name} ${view.roomId}` : view.name
}

/** The part of the navigation that a view belongs to. */
function sectionOf({ name }: View): string {
  if (name === "photo" || name === "search") return "library"
  return name === "room" || name === "channel" ? `${name}s` : name
}

function loadingPage(): TemplateResult {
  return html`<div class="page-loading" role="status"><wa-spinner></wa-spinner>${strings.loadingPage}</div>`
}

function notFoundPage(): TemplateResult {
  const { heading, text, link } = strings.notFound
  return html`<div class="stack">
    <h1 tabindex="-1">${heading}</h1>
    <p class="lead">${text}</p>
    <p><a href="/">${link}</a></p>
  </div>`
}
