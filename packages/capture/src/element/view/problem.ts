import { wordsForError } from "../words.ts"
import { makeElement } from "./make-element.ts"
import type { Region } from "./region.ts"
import { writeChildren, writeText } from "./write-changes.ts"

/** What failed while the camera goes on, beneath its picture. */
export function createProblem(): Region {
  const node = makeElement("div", { part: "problem", class: "problem", role: "alert" })
  const what = makeElement("strong")
  const todo = document.createTextNode("")
  return {
    node,
    update({ problem, words }) {
      if (problem !== undefined) {
        const said = wordsForError(problem, words)
        writeText(what, said.what)
        writeText(todo, ` ${said.todo}`)
      }
      writeChildren(node, problem === undefined ? [] : [what, todo])
      return true
    },
  }
}
