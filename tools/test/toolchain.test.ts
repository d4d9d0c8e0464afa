import { describe, expect, test } from "vitest"
import { isFittingNode, withoutOuterScript } from "../toolchain.mjs"

describe("isFittingNode()", () => {
  test.each(["22.18.0", "v24.11.0", "26.0.0"])("takes Node %s", (version) => {
    expect(isFittingNode(version)).toBe(true)
  })
  test.each(["20.20.2", "22.17.1", "23.11.0", "24.10.9", "25.1.0"])("refuses Node %s", (version) => {
    expect(isFittingNode(version)).toBe(false)
  })
})

describe("withoutOuterScript()", () => {
  test("drops what an outer npm run set, and keeps where packages come from", () => {
    const kept = {
      PATH: "/bin",
      npm_config_registry: "https://registry.example/",
      npm_config_cache: "/cache",
      npm_config_https_proxy: "http://proxy.example",
      HTTPS_PROXY: "http://proxy.example",
    }
    const outer = { npm_package_name: "darkslide", npm_lifecycle_event: "test", npm_config_node_linker: "hoisted" }
    expect(withoutOuterScript({ ...kept, ...outer })).toEqual(kept)
  })
})
