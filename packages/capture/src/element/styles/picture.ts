/** The plate with the picture, and all that lies on it. */
export const pictureStyles: string = /* css */ `
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
`
