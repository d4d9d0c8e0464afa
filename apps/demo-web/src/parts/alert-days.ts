import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import { alertStrings as words } from "../alert-strings.ts"
import type { AlertFacts, AlertsService, InboxAttempts, InboxItem } from "../alerts/alerts-service.ts"
import { wordsForCode } from "../error-words.ts"
import { buttonWords } from "./button-words.ts"
import { clockTime, dayAndTime, dayInWords } from "./figures.ts"
import "./thumbnail.ts"

export interface AlertDays {
  readonly alerts: Pick<AlertsService, "thumbnail">
  readonly items: readonly InboxItem[]
  readonly attempts: readonly InboxAttempts[]
  readonly facts: readonly AlertFacts[]
  readonly now: number
  readonly view: (captureId: string) => void
  readonly remove: (captureId: string) => void
  readonly acknowledge: (alertId: string) => void
}

interface Entry {
  readonly key: string
  readonly at: number
  readonly template: TemplateResult
}

/** Photos and alerts by day, the newest first. */
export function alertDays(days: AlertDays): TemplateResult {
  const entries: Entry[] = [
    ...days.items.map((item) => ({
      key: item.captureId,
      at: item.refused === undefined ? item.createdAt : item.receivedAt,
      template: photoEntry(item, days),
    })),
    ...days.attempts.map((attempts) => ({
      key: `${attempts.deviceName} ${attempts.firstAt}`,
      at: attempts.lastAt,
      template: attemptsEntry(attempts),
    })),
    ...days.facts.map((facts) => ({ key: facts.id, at: facts.lastEventAt, template: alertEntry(facts, days) })),
  ].toSorted((one, other) => other.at - one.at)
  const byDay = new Map<string, Entry[]>()
  for (const entry of entries) {
    const day = dayInWords(entry.at, days.now)
    byDay.set(day, [...(byDay.get(day) ?? []), entry])
  }
  if (byDay.size === 0) return html`<p class="soft">${words.nothing}</p>`
  return html`${[...byDay].map(
    ([day, of]) =>
      html`<h3>${day}</h3>
        <ul class="alert-entries">
          ${repeat(
            of,
            ({ key }) => key,
            ({ template }) => html`<li class="alert-entry">${template}</li>`,
          )}
        </ul>`,
  )}`
}

function photoEntry(item: InboxItem, { alerts, view, remove }: AlertDays): TemplateResult {
  const time = dayAndTime(item.refused === undefined ? item.createdAt : item.receivedAt)
  const removal = html`<wa-button
    size="s"
    variant="danger"
    appearance="outlined"
    @click=${() => remove(item.captureId)}
  >
    ${buttonWords(words.delete, words.deleteOf(time))}
  </wa-button>`
  if (item.refused !== undefined)
    return html`<span class="alert-picture refused"><wa-icon name="broken-seal"></wa-icon></span>
      <div class="alert-words">
        <strong>${words.refused}</strong>
        <span class="small soft">${wordsForCode(item.refused).what}</span>
        <div class="row">${removal}</div>
      </div>`
  return html`<span class="alert-picture" role="img" aria-label=${words.photoAt(time)}>
      <darkslide-thumbnail .library=${alerts} .captureId=${item.captureId}></darkslide-thumbnail>
    </span>
    <div class="alert-words">
      <strong>${words.photoAt(clockTime(item.createdAt))}</strong>
      <span class="small soft">${words.takenOn(item.deviceName)}</span>
      <div class="row">
        <wa-button size="s" appearance="outlined" @click=${() => view(item.captureId)}>
          ${buttonWords(words.view, words.viewOf(time))}
        </wa-button>
        ${removal}
      </div>
    </div>`
}

function attemptsEntry({ deviceName, count, firstAt, lastAt }: InboxAttempts): TemplateResult {
  const times = firstAt === lastAt ? clockTime(lastAt) : `${clockTime(firstAt)} – ${clockTime(lastAt)}`
  return html`<span class="alert-picture"><wa-icon name="warning"></wa-icon></span>
    <div class="alert-words">
      <strong>${words.more(count, deviceName)}</strong><span class="small soft">${times}</span>
    </div>`
}

function alertEntry({ id, kind, status, total, openedAt, lastEventAt }: AlertFacts, days: AlertDays): TemplateResult {
  const what = words.kinds[kind](total)
  const isOneTime = clockTime(openedAt) === clockTime(lastEventAt)
  const times = isOneTime ? clockTime(lastEventAt) : `${clockTime(openedAt)} – ${clockTime(lastEventAt)}`
  return html`<span class="alert-picture"><wa-icon name="alerts"></wa-icon></span>
    <div class="alert-words">
      <strong>${what}</strong>
      <span class="small soft">${times} · ${words.statuses[status]}</span>
      ${kind === "devices" ? html`<a class="small" href="/library">${words.inLibrary}</a>` : nothing}
      ${
        status === "active"
          ? html`<div class="row">
              <wa-button size="s" appearance="outlined" @click=${() => days.acknowledge(id)}>
                ${buttonWords(words.acknowledge, words.acknowledgeOf(what))}
              </wa-button>
            </div>`
          : nothing
      }
    </div>`
}
