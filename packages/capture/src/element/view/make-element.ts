type Attributes = Readonly<Record<string, string>>

/** Makes an element by calls alone: no markup is parsed, so that a page may demand Trusted Types. */
export function makeElement<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  return furnish(document.createElement(name), attributes, children)
}

/** As {@link makeElement}, for what is drawn. */
export function makeDrawing<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children)
}

/** `type="button"` submits no form that the element stands in. */
export function makeButton(
  attributes: Attributes,
  press: () => void,
  ...children: readonly (Node | string)[]
): HTMLButtonElement {
  const button = makeElement("button", { type: "button", ...attributes }, ...children)
  button.addEventListener("click", press)
  return button
}

function furnish<T extends Element>(element: T, attributes: Attributes, children: readonly (Node | string)[]): T {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}
