import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright"

/** Desktop and phone, as the story is told on both. */
export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>

/**
 * @param videoFile - A clip to be the one camera (`.y4m`, `.mjpeg`); else two generated ones.
 * @param dialogs - `real`: cameras need a context's permission, and screens are real ones.
 */
export async function launchChromium(
  videoFile?: string,
  flags: readonly string[] = [],
  dialogs: "fake" | "real" = "fake",
): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"]
  return await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      videoFile === undefined
        ? "--use-fake-device-for-media-stream=device-count=2"
        : "--use-fake-device-for-media-stream",
      ...(videoFile === undefined ? [] : [`--use-file-for-fake-video-capture=${videoFile}`]),
      ...(dialogs === "fake" ? ["--use-fake-ui-for-media-stream"] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...flags,
    ],
  })
}

/** A page in a fresh profile. `complaints` collects what the browser had to say: errors, and refusals by the policy. */
export async function freshPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<{ page: Page; complaints: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({ ...options, permissions: ["camera"], acceptDownloads: true })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`))
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  return { page, complaints, close: () => context.close() }
}
