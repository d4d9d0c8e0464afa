/**
 * Paper by day, darkroom by night (`color-scheme` decides), the plate near black at all times. Every colour and measure
 * of note is a custom property that a page may set; the values here are the defaults.
 */
export const themeStyles: string = /* css */ `
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
`
