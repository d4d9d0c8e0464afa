import { playwright } from "@vitest/browser-playwright"
import { defineConfig } from "vitest/config"
import { readVectors } from "./tools/conformance/read-vectors.ts"
import { findChromium } from "./tools/ensure-chromium.mjs"

const chromium = findChromium()
const tests = (ending: string): string => `{packages,apps,tools}/*/test/**/*${ending}`
/** Packages run from their source: no test needs a build, except the stories, which drive the built app. */
const nodeConditions = ["@darkslide/source", "module", "node", "development|production"]
const browserConditions = ["@darkslide/source", "module", "browser", "development|production"]

// How long something may take to become so on a slow machine, before it is taken for never.
const patience = { poll: { timeout: 15_000, interval: 100 } }

/**
 * Stories whose clocks count: sound beside the picture, frames that must not be dropped, calls of three browsers, and
 * browsers that are killed within milliseconds. They run after the others, one at a time.
 */
const alone = [
  "packages/capture/test/story/{sound,pre-roll,killed-tab}.story.test.ts",
  "packages/capture/test/queue/queue.story.test.ts",
  "packages/rooms/test/**/*.story.test.ts",
  "apps/demo-web/test/story/call.story.test.ts",
]
const story = {
  globalSetup: ["tools/require-chromium.ts"],
  env: chromium === undefined ? {} : { CHROMIUM_PATH: chromium },
  testTimeout: 180_000,
  hookTimeout: 120_000,
  expect: patience,
}

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions: nodeConditions } },
        test: {
          name: "node",
          environment: "node",
          include: [tests(".test.ts"), "tools/test/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts", "**/*.story.test.ts", "**/node_modules/**"],
          testTimeout: 60_000,
          expect: patience,
        },
      },
      {
        resolve: { conditions: browserConditions },
        test: {
          name: "chromium",
          include: [tests(".browser.test.ts")],
          globalSetup: ["tools/require-chromium.ts"],
          testTimeout: 60_000,
          expect: patience,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { readVectors },
            provider: playwright({
              launchOptions: {
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                args: [
                  "--use-fake-device-for-media-stream=device-count=2",
                  "--use-fake-ui-for-media-stream",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                ],
              },
              contextOptions: { permissions: ["camera"] },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        ssr: { resolve: { conditions: nodeConditions } },
        test: {
          ...story,
          name: "story",
          environment: "node",
          include: [tests(".story.test.ts")],
          exclude: [...alone, "**/node_modules/**"],
          // Each has a server, a data folder and a browser of its own; much of their time they wait for a camera.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ssr: { resolve: { conditions: nodeConditions } },
        test: {
          ...story,
          name: "story-alone",
          environment: "node",
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ssr: { resolve: { conditions: nodeConditions } },
        test: { name: "examples", environment: "node", include: [".doc-examples/*.test.ts"], testTimeout: 60_000 },
      },
    ],
  },
})
