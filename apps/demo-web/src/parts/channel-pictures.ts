import { itemTypes, type ItemType } from "@darkslide/rooms/channels"
import { html, nothing, type TemplateResult } from "lit"
import { customElement, property, state } from "lit/decorators.js"
import { repeat } from "lit/directives/repeat.js"
import { channelStrings } from "../channel-strings.ts"
import type { LiveChannel, ShownPicture } from "../channels/live-channel.ts"
import { announce } from "../page-events.ts"
import { errorNotice } from "./error-notice.ts"
import { clockTime } from "./figures.ts"
import { optionSelect } from "./option-select.ts"
import { PageElement } from "../page-element.ts"

const words = channelStrings
const ttls = Object.entries(words.ttls).map(([ms, text]) => [Number(ms), text] as const)
const readCounts = [1, 3, 10, 100].map((count) => [count, words.readsOf(count)] as const)
const maxPictureBytes = 8 << 20

/** The pictures of a channel, and for those who send, how to post one. */
@customElement("darkslide-channel-pictures")
export class ChannelPictures extends PageElement {
  @property({ attribute: false }) live!: LiveChannel
  @property({ attribute: false }) pictures: readonly ShownPicture[] = []
  @state() private ttlMs = 600_000
  @state() private maxReads = 100
  @state() private isSending = false
  @state() private problem = ""
  @state() private error: unknown

  protected override render(): TemplateResult {
    const { role } = this.live.live.room.self
    const maySend = role !== "receiver" && role !== "viewer"
    return html`<section class="card" aria-labelledby="pictures">
      <h2 id="pictures">${words.pictures}</h2>
      ${maySend ? this.postForm() : nothing}
      ${
        this.pictures.length === 0
          ? html`<p class="soft">${words.noPictures}</p>`
          : html`<ul class="channel-pictures">
              ${repeat(
                this.pictures,
                ({ item }) => item.id,
                (picture) => pictureTile(picture),
              )}
            </ul>`
      }
    </section>`
  }

  private postForm(): TemplateResult {
    return html`<div class="post">
      <p class="small soft">${words.postHelp}</p>
      <div class="post-choices">
        ${optionSelect({
          id: "ttl",
          label: words.ttl,
          value: this.ttlMs,
          options: ttls,
          choose: (ms) => (this.ttlMs = ms),
        })}
        ${optionSelect({
          id: "reads",
          label: words.reads,
          value: this.maxReads,
          options: readCounts,
          choose: (count) => (this.maxReads = count),
        })}
      </div>
      <div class="row">
        <wa-button variant="brand" ?loading=${this.isSending} @click=${this.choose}>
          <wa-icon slot="start" name="upload"></wa-icon>${words.choose}
        </wa-button>
        <input
          id="picture"
          type="file"
          accept=${itemTypes.join()}
          hidden
          aria-label=${words.choose}
          @change=${this.post}
        />
        <wa-button appearance="outlined" @click=${this.beginSession}>${words.newSession}</wa-button>
      </div>
      <p class="small soft">${words.newSessionHelp}</p>
      ${this.problem === "" ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      ${this.error === undefined ? nothing : errorNotice(this.error)}
      <p class="busy-step" role="status">${this.isSending ? words.sealing : nothing}</p>
    </div>`
  }

  private choose(): void {
    this.querySelector<HTMLInputElement>("#picture")?.click()
  }

  private async post(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const file = input.files?.[0]
    if (file === undefined) return
    const type = itemTypes.find((each): each is ItemType => each === file.type)
    this.problem = type === undefined || file.size > maxPictureBytes ? words.noPicture : ""
    if (type === undefined || this.problem !== "") return
    this.isSending = true
    await this.act(async () => {
      const { ttlMs, maxReads } = this
      await this.live.channel.post(new Uint8Array(await file.arrayBuffer()), { type, ttlMs, maxReads })
      announce(this, words.posted)
    })
    this.isSending = false
    input.value = ""
  }

  private async beginSession(): Promise<void> {
    await this.act(async () => {
      await this.live.channel.beginSession()
      announce(this, words.sessionBegun)
    })
  }

  private async act(action: () => Promise<void>): Promise<void> {
    this.error = undefined
    try {
      await action()
    } catch (error) {
      this.error = error
    }
  }
}

function pictureTile({ item, url, error }: ShownPicture): TemplateResult {
  const { name } = item.from
  const isPending = url === undefined && error === undefined
  return html`<li>
    <figure class="channel-picture">
      ${url === undefined ? nothing : html`<img src=${url} alt=${words.pictureAlt(name)} />`}
      ${error === undefined ? nothing : errorNotice(error)}
      ${isPending ? html`<p class="soft" role="status">${words.opening}</p>` : nothing}
      <figcaption class="small soft">${words.from(name, clockTime(item.expiresAt))}</figcaption>
    </figure>
  </li>`
}
