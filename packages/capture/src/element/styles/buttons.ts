/** Buttons wherever they are, and the mark of the focus. */
export const buttonStyles: string = /* css */ `
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
`
