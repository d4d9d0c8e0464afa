import { existsSync, readdirSync, readFileSync } from "node:fs"
import { defineConfig } from "vitepress"

const docs = new URL("..", import.meta.url)

/** The pages of a folder, in the order of their file names, titled by their first heading. */
function pagesOf(folder: string) {
  return readdirSync(new URL(`${folder}/`, docs))
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .toSorted()
    .map((file) => {
      const heading = /^# (.+)$/mu.exec(readFileSync(new URL(`${folder}/${file}`, docs), "utf8"))?.[1]
      return { text: heading ?? file, link: `/${folder}/${file.replace(/\.md$/u, "")}` }
    })
}

export default defineConfig({
  title: "Darkslide",
  description: "Cameras that only chosen people can look through",
  lang: "en",
  cleanUrls: true,
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  srcExclude: ["screenshots/**"],
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Quick start", link: "/guides/quick-start" },
      { text: "Threat model", link: "/threat-model" },
      { text: "Formats", link: pagesOf("formats")[0]?.link ?? "/" },
    ],
    sidebar: [
      {
        text: "Guides",
        items: [
          { text: "Quick start", link: "/guides/quick-start" },
          { text: "Seal and open", link: "/guides/seal-and-open" },
          { text: "The camera element", link: "/guides/camera-element" },
          { text: "Record clips", link: "/guides/record-clips" },
          { text: "A call of two", link: "/guides/two-person-call" },
          { text: "Upload queue", link: "/guides/upload-queue" },
          { text: "Migrate from Fernet", link: "/guides/migrate-from-fernet" },
          { text: "The darkslide command", link: "/guides/command" },
          { text: "A camera that watches", link: "/guides/sentinel" },
          { text: "Alert your own app", link: "/guides/alert-your-app" },
          { text: "To a phone notification", link: "/guides/phone-notification" },
          { text: "What each channel learns", link: "/guides/what-channels-learn" },
          { text: "Failed logins, with a photo", link: "/guides/failed-logins" },
          { text: "Read metadata", link: "/guides/metadata" },
          { text: "Scrub a photo or a clip", link: "/guides/scrub" },
          { text: "Change what a photo says", link: "/guides/edit" },
          { text: "The darkslide-metadata command", link: "/guides/metadata-command" },
          { text: "A channel of pictures", link: "/guides/channels" },
          { text: "Search your history", link: "/guides/search-your-history" },
        ],
      },
      {
        text: "Security",
        items: [
          { text: "Threat model", link: "/threat-model" },
          { text: "What the server sees", link: "/what-the-server-sees" },
        ],
      },
      { text: "Formats", items: pagesOf("formats") },
      ...(existsSync(new URL("identity.md", docs)) ? [{ text: "Identity", link: "/identity" }] : []),
      { text: "Decisions", collapsed: true, items: pagesOf("decisions") },
    ],
  },
})
