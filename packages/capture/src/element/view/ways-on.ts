import { isDarkslideError } from "@darkslide/crypto/errors"
import type { CameraErrorCode } from "../../errors.ts"
import { recoveryElement } from "../../cameras/recovery-element.ts"
import { makeButton, makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import type { ViewActions, ViewState } from "./view-state.ts"
import { writeAttribute, writeText } from "./write-changes.ts"

/** The browser's own element after a no: a press on it asks again. It may come granted or not: opening finds out. */
export function createOwnElement({ start }: ViewActions): Region {
  const node = makeElement("div", { part: "recovery", class: "recovery" })
  let answers: unknown
  return {
    node,
    update(state) {
      const name = offered(state)
      if (name === undefined) return false
      // Each denial gets its own: one that was pressed has had its say.
      if (answers !== state.failure || node.childElementCount === 0) {
        const element = document.createElement(name) as HTMLElement & { setConstraints?: (video: object) => void }
        element.setConstraints?.({ video: true })
        for (const event of ["promptaction", "track", "stream"]) element.addEventListener(event, start)
        node.replaceChildren(element)
        answers = state.failure
      }
      return true
    },
  }
}

export function createRetryButton({ start }: ViewActions): Region {
  const node = makeButton({ part: "button retry" }, start)
  return {
    node,
    update(state) {
      writeText(node, state.words.tryAgain)
      writeAttribute(node, "class", offered(state) === undefined ? "button primary" : "button")
      // Trying again changes nothing about the page or the browser.
      return !failedBy(state, "CAPTURE_INSECURE", "CAPTURE_POLICY_BLOCKED", "CAPTURE_UNSUPPORTED")
    },
  }
}

export function createSecureLink(): Region {
  return createLink("_self", "openSecurely", {
    address: () => location.href.replace(/^http:/, "https:"),
    fits: (state) => failedBy(state, "CAPTURE_INSECURE"),
  })
}

/** Out of a frame that may not use cameras. */
export function createTabLink(): Region {
  return createLink("_blank", "openInTab", {
    address: () => location.href,
    fits: (state) => failedBy(state, "CAPTURE_POLICY_BLOCKED") && window !== top,
  })
}

/** A picture from the device, where no camera can be had. */
export function createFilePicker({ pickFile }: ViewActions): Region {
  const input = makeElement("input", { type: "file", accept: "image/*", capture: "environment" })
  const label = document.createTextNode("")
  input.addEventListener("change", () => {
    const [file] = input.files ?? []
    if (file) pickFile(file)
    input.value = ""
  })
  return {
    node: makeElement("label", { part: "button", class: "button" }, input, label),
    update(state) {
      writeText(label, state.words.choosePicture)
      return !failedBy(state, "CAPTURE_BUSY", "CAPTURE_ENDED", "CAPTURE_DISMISSED")
    },
  }
}

function createLink(
  target: "_self" | "_blank",
  word: "openSecurely" | "openInTab",
  link: { readonly address: () => string; readonly fits: (state: ViewState) => boolean },
): Region {
  const node = makeElement("a", { part: "button", class: "button primary", target, rel: "noopener" })
  return {
    node,
    update(state) {
      writeText(node, state.words[word])
      writeAttribute(node, "href", link.address())
      return link.fits(state)
    },
  }
}

function offered(state: ViewState): string | undefined {
  return failedBy(state, "CAPTURE_DENIED") ? recoveryElement() : undefined
}

function failedBy({ failure }: ViewState, ...codes: readonly CameraErrorCode[]): boolean {
  return codes.some((code) => isDarkslideError(failure, code))
}
