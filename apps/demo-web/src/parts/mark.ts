import { svg, type SVGTemplateResult } from "lit"

/** The mark: a plate drawn out of its holder, and a strip of light where it was. */
export function mark(): SVGTemplateResult {
  return svg`<svg class="mark" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
    <path d="M4 5v2H3v6h10V7h-1V5h1.5A1.5 1.5 0 0 1 15 6.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 1 13.5v-7A1.5 1.5 0 0 1 2.5 5Z" />
    <path fill-rule="evenodd" d="M6 1h4a1 1 0 0 1 1 1v7H5V2a1 1 0 0 1 1-1Zm1 1.5v1h2v-1Z" />
    <path class="light" d="M5 10h6v2H5z" />
  </svg>`
}

/** The same scene, large: a plate hanging half drawn over a strip of safelight. */
export function plateArt(): SVGTemplateResult {
  return svg`<svg class="plate-art" viewBox="0 0 240 300" fill="none" aria-hidden="true">
    <path
      d="M44 128H18a16 16 0 0 0-16 16v134a16 16 0 0 0 16 16h204a16 16 0 0 0 16-16V144a16 16 0 0 0-16-16h-26v28h14v110H30V156h14Z"
      fill="#3a302a"
    />
    <path d="M44 212h152v40H44z" fill="#ff9251" />
    <path d="M44-10h152v208H44z" fill="#f4ede4" />
    <path d="M98 26h44" stroke="#0c0a09" stroke-width="10" stroke-linecap="round" />
  </svg>`
}
