/** Narrow places, less motion, forced colours. */
export const circumstanceStyles: string = /* css */ `
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
