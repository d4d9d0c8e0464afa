import { makeElement } from "./make-element.ts"
import { writeText } from "./write-changes.ts"

/** What stands in place of the picture: a sign, what is the case, and what to do about it. */
export interface Message {
  readonly node: HTMLElement
  write(what: string, help: string): void
}

export function createMessage(sign: Element, role: "alert" | "none", ...rest: readonly Element[]): Message {
  const what = makeElement("strong")
  const help = makeElement("span", { class: "soft" })
  const node = makeElement(
    "div",
    { part: "message", class: "message" },
    sign,
    makeElement("p", {}, what, " ", help),
    ...rest,
  )
  if (role === "alert") node.setAttribute("role", role)
  return {
    node,
    write(whatWords, helpWords) {
      writeText(what, whatWords)
      writeText(help, helpWords)
    },
  }
}
