/** The path of a browser: the one that CHROMIUM_PATH or CHROME_PATH names, Playwright's own, the system's. */
export declare function findChromium(): string | undefined

/**
 * As {@link findChromium}, after installing one where there is none.
 * @throws Error with what to do, when there is no way to a browser.
 */
export declare function ensureChromium(): string
