/** Status line, problem and spinner. */
export const noticeStyles: string = /* css */ `
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
`
