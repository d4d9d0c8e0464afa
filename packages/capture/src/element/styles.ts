import { css, type CSSResult } from "lit"

/**
 * Paper by day, darkroom by night (`color-scheme` decides), the plate near black at all times. Every colour and measure
 * of note is a custom property that a page may set; the values here are the defaults.
 */
export const styles: CSSResult = css`
  :host {
    --_ink: var(--darkslide-ink, light-dark(#1e1814, #f4ede4));
    --_ink-soft: var(--darkslide-ink-soft, light-dark(#62574d, #bfb2a6));
    --_ground: var(--darkslide-ground, light-dark(#f5f0e7, #13100e));
    --_surface: var(--darkslide-surface, light-dark(#fdfaf4, #1d1815));
    --_line: var(--darkslide-line, light-dark(#8b7c6c, #84766a));
    --_accent: var(--darkslide-accent, light-dark(#ad420f, #ff9251));
    --_accent-hover: var(--darkslide-accent-hover, light-dark(#8f350a, #ffa66f));
    --_on-accent: var(--darkslide-on-accent, light-dark(#fffaf4, #1f0e04));
    --_danger: var(--darkslide-danger, light-dark(#a3173f, #ff95a3));
    --_plate: var(--darkslide-plate, #0c0a09);
    --_plate-ink: #f4ede4;
    --_plate-ink-soft: #bfb2a6;
    --_plate-line: #84766a;
    --_plate-light: #ff9251;
    --_radius: var(--darkslide-radius, 0.875rem);
    --_target: 2.75rem;
    --_quick: 140ms;
    display: grid;
    gap: 0.75rem;
    container-type: inline-size;
    color: var(--_ink);
    font-family: var(--darkslide-font, inherit);
    font-size: 1rem;
    line-height: 1.5;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  * {
    box-sizing: border-box;
  }

  p {
    margin: 0;
    text-wrap: pretty;
  }

  svg {
    display: block;
    flex: none;
    width: 1.5rem;
    height: 1.5rem;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .soft {
    color: var(--_ink-soft);
  }

  .viewfinder {
    --ratio: 4 / 3;
    position: relative;
    display: grid;
    place-items: center;
    width: 100%;
    max-height: var(--darkslide-max-height, 80dvh);
    min-height: 12rem;
    aspect-ratio: var(--ratio);
    overflow: hidden;
    border: 1px solid var(--_plate-line);
    border-radius: var(--_radius);
    background: var(--_plate);
    color: var(--_plate-ink);
    isolation: isolate;
  }

  .viewfinder:has(.message) {
    aspect-ratio: auto;
    min-height: 20rem;
  }

  video,
  .boxes {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }

  .mirrored video,
  .mirrored .boxes {
    transform: scaleX(-1);
  }

  .boxes rect {
    fill: none;
    stroke: var(--_plate-light);
    stroke-width: 2px;
    vector-effect: non-scaling-stroke;
  }

  .boxes rect.other {
    stroke: var(--_plate-ink-soft);
    stroke-dasharray: 6 4;
  }

  .badges {
    position: absolute;
    inset: 0.75rem 0.75rem auto;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }

  .badge {
    padding: 0.125rem 0.625rem;
    border-radius: 1rem;
    background: rgb(12 10 9 / 0.82);
    color: var(--_plate-ink);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }

  .badge.rec::before,
  .badge.motion[data-moving]::before {
    content: "";
    display: inline-block;
    width: 0.625rem;
    height: 0.625rem;
    margin-inline-end: 0.375rem;
    border-radius: 50%;
    background: #ff5c6e;
  }

  .badge.motion[data-moving]::before {
    background: var(--_plate-light);
  }

  .warning {
    position: absolute;
    inset: auto 0.75rem 0.75rem;
    display: flex;
    gap: 0.5rem;
    align-items: center;
    justify-self: center;
    padding: 0.5rem 0.875rem;
    border-radius: 0.5rem;
    background: rgb(12 10 9 / 0.88);
    color: var(--_plate-ink);
    font-size: 0.875rem;
  }

  .warning svg {
    color: var(--_plate-light);
  }

  .count {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    color: #fff;
    font-size: clamp(5rem, 30cqi, 11rem);
    font-weight: 620;
    font-variant-numeric: tabular-nums;
    line-height: 1;
    text-shadow: 0 0 1.5rem rgb(0 0 0 / 0.75);
  }

  .flash {
    position: absolute;
    inset: 0;
    background: #fff;
    opacity: 0;
    pointer-events: none;
    animation: flash 240ms ease-out;
  }

  @keyframes flash {
    from {
      opacity: 0.75;
    }
  }

  .message {
    display: grid;
    justify-items: center;
    gap: 1rem;
    max-width: 30rem;
    padding: 1.5rem;
    text-align: center;
  }

  .message > svg {
    width: 2rem;
    height: 2rem;
    color: var(--_plate-light);
  }

  .message strong {
    display: block;
    font-size: 1.125rem;
    font-weight: 600;
  }

  .message .soft {
    color: var(--_plate-ink-soft);
  }

  .ways {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.75rem;
    align-items: center;
  }

  .recovery:empty {
    display: none;
  }

  .recovery > * {
    min-height: var(--_target);
    padding: 0.5rem 1.125rem;
    border-radius: 0.5rem;
    background-color: #ff9251;
    color: #1f0e04;
    font-size: 1rem;
    font-weight: 600;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-width: var(--_target);
    min-height: var(--_target);
    padding: 0 1.125rem;
    border: 1px solid currentColor;
    border-radius: 0.5rem;
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    text-decoration: none;
    cursor: pointer;
  }

  .primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }

  .primary:hover {
    background: var(--_accent-hover);
  }

  .message .button:not(.primary) {
    border-color: var(--_plate-line);
  }

  .message .button:not(.primary):hover {
    border-color: currentColor;
  }

  .message .primary {
    background: var(--_plate-light);
    color: #1f0e04;
  }

  .message .primary:hover {
    background: #ffa66f;
  }

  .button input {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }

  :focus-visible,
  .button:has(:focus-visible) {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }

  .viewfinder :focus-visible,
  .viewfinder .button:has(:focus-visible) {
    outline-color: #fff;
  }

  .controls {
    display: grid;
    grid-template: "chooser shutter tools" auto / minmax(0, 1fr) auto minmax(0, 1fr);
    gap: 0.75rem 1rem;
    align-items: center;
  }

  .chooser {
    grid-area: chooser;
    position: relative;
    max-width: 16rem;
  }

  .chooser svg {
    position: absolute;
    inset-inline-end: 0.75rem;
    inset-block-start: 50%;
    width: 1.25rem;
    height: 1.25rem;
    translate: 0 -50%;
    pointer-events: none;
  }

  select {
    appearance: none;
    width: 100%;
    min-height: var(--_target);
    padding: 0 2.5rem 0 0.875rem;
    border: 1px solid var(--_line);
    border-radius: 0.5rem;
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
    font-size: max(1rem, 16px);
    text-overflow: ellipsis;
  }

  /* The shutter stands in the middle, whether or not there is a record button beside it. */
  .shutter-group {
    grid-area: shutter;
    display: grid;
    grid-template-columns: 3.25rem auto 3.25rem;
    gap: 1rem;
    align-items: center;
    justify-content: center;
  }

  .shutter {
    grid-column: 2;
    width: 4.75rem;
    height: 4.75rem;
    padding: 0;
    border: 3px solid var(--_ink);
    border-radius: 50%;
  }

  .shutter::before {
    content: "";
    width: 3.75rem;
    height: 3.75rem;
    border-radius: 50%;
    background: var(--_accent);
    transition: scale var(--_quick);
  }

  .shutter:hover::before {
    background: var(--_accent-hover);
  }

  .shutter:active::before {
    scale: 0.92;
  }

  .shutter.stop::before {
    width: 1.75rem;
    height: 1.75rem;
    border-radius: 0.25rem;
  }

  .record {
    width: 3.25rem;
    height: 3.25rem;
    padding: 0;
    border: 2px solid var(--_ink);
    border-radius: 50%;
  }

  .record::before {
    content: "";
    width: 1.5rem;
    height: 1.5rem;
    border-radius: 50%;
    background: var(--_danger);
    transition: border-radius var(--_quick);
  }

  :host([data-state="recording"]) .record::before {
    border-radius: 0.25rem;
  }

  .tools {
    grid-area: tools;
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0.5rem;
  }

  .tools button {
    padding: 0 0.625rem;
    border-color: var(--_line);
    background: var(--_surface);
    font-variant-numeric: tabular-nums;
  }

  .tools button[aria-pressed="true"],
  .tools .timer[data-set] {
    border-color: var(--_accent);
    color: var(--_accent);
  }

  .zoom {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    font-weight: 600;
  }

  .zoom input {
    flex: 1;
    min-width: 0;
    height: var(--_target);
    accent-color: var(--_accent);
  }

  button:disabled,
  button[aria-disabled="true"],
  select:disabled {
    border-color: color-mix(in srgb, var(--_line) 50%, transparent);
    color: var(--_ink-soft);
    cursor: default;
  }

  .shutter[aria-disabled="true"]::before,
  .record[aria-disabled="true"]::before {
    background: color-mix(in srgb, var(--_line) 50%, transparent);
  }

  .foot {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
    min-height: 1.5em;
    color: var(--_ink-soft);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }

  .foot [part="facts"] {
    margin-inline-start: auto;
    overflow-wrap: normal;
  }

  .problem {
    padding: 0.75rem 1rem;
    border: 1px solid var(--_danger);
    border-inline-start-width: 4px;
    border-radius: 0.5rem;
    background: var(--_surface);
  }

  .problem:empty {
    display: none;
  }

  .spinner {
    width: 2rem;
    height: 2rem;
    border: 3px solid var(--_plate-line);
    border-block-start-color: var(--_plate-light);
    border-radius: 50%;
    animation: turn 900ms linear infinite;
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }

  @container (max-width: 34rem) {
    .controls {
      grid-template: "shutter shutter" auto "chooser tools" auto / minmax(0, 1fr) auto;
    }

    .viewfinder {
      max-height: var(--darkslide-max-height, 60dvh);
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --_quick: 0ms;
    }

    .flash {
      display: none;
    }

    .spinner {
      animation: none;
    }
  }

  @media (forced-colors: active) {
    .shutter::before,
    .record::before {
      background: ButtonText;
      forced-color-adjust: none;
    }
  }
`
