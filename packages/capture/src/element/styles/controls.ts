/** Chooser, shutter, tools and zoom beneath the picture. */
export const controlStyles: string = /* css */ `
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
`
