/** What stands in place of the picture, with its ways on. */
export const messageStyles: string = /* css */ `
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
`
