// What stands there already is not written again: it would be read out again, lose its focus or its place.

export function writeText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** `undefined` takes the attribute away. */
export function writeAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/** For what shows only a sign: its name is read out, and seen under the pointer. */
export function writeLabel(element: Element, label: string): void {
  writeAttribute(element, "title", label)
  writeAttribute(element, "aria-label", label)
}

/** Has exactly these children, in this order. Those that stay are not moved, as long as their order is the same. */
export function writeChildren(parent: Element | ShadowRoot, wanted: readonly Node[]): void {
  for (const child of [...parent.childNodes]) if (!wanted.includes(child)) child.remove()
  for (const [at, child] of wanted.entries()) {
    const present = parent.childNodes[at] ?? null
    if (present !== child) parent.insertBefore(child, present)
  }
}
