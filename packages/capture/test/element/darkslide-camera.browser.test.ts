import type { CameraErrorCode } from "@darkslide/capture"
import { DarkslideCamera, type ElementRecorder, type MotionSight } from "@darkslide/capture/element"
import axe from "axe-core"
import { afterEach, describe, expect, test } from "vitest"
import { page, userEvent } from "vitest/browser"
import { mount, part, refusal, type Mounted } from "./fixture-element.ts"

const codes: readonly CameraErrorCode[] = [
  "CAPTURE_INSECURE",
  "CAPTURE_POLICY_BLOCKED",
  "CAPTURE_UNSUPPORTED",
  "CAPTURE_DENIED",
  "CAPTURE_DISMISSED",
  "CAPTURE_DENIED_BY_OS",
  "CAPTURE_NOT_FOUND",
  "CAPTURE_BUSY",
  "CAPTURE_OVERCONSTRAINED",
  "CAPTURE_ENDED",
  "CAPTURE_UNPLUGGED",
  "CAPTURE_READBACK_TAMPERED",
]

afterEach(() => document.body.replaceChildren())

async function mountLive(...args: Parameters<typeof mount>): Promise<Mounted> {
  const mounted = mount(...args)
  await mounted.element.start()
  await expect.poll(() => mounted.element.state).toBe("live")
  return mounted
}

describe("<darkslide-camera>", () => {
  test("sees nothing until its button is pressed, then shows a camera and takes a photo", async () => {
    const { element, source, told } = mount()
    await expect.element(page.getByText("The camera is off.")).toBeVisible()
    expect(source.opened).toEqual([])
    await page.getByRole("button", { name: "Turn on camera" }).click()
    await expect.element(page.getByRole("button", { name: "Take photo" })).toBeEnabled()
    await expect.element(page.getByText("Camera on: Desk camera.")).toBeVisible()
    const photo = new Promise<Blob>((resolve) =>
      element.addEventListener("darkslide-photo", ({ detail }) => resolve(detail.photo.blob), { once: true }),
    )
    await page.getByRole("button", { name: "Take photo" }).click()
    expect((await photo).type).toBe("image/jpeg")
    await expect.element(page.getByText("Photo taken, 320 × 240.")).toBeVisible()
    expect(told.filter((name) => name !== "darkslide-state")).toEqual(["darkslide-photo"])
    expect(element.dataset["state"]).toBe("live")
  })

  test("opens by itself with `autostart`, from plain HTML, and takes the type that is asked for", async () => {
    document.body.innerHTML =
      '<darkslide-camera autostart width="640" height="480" picture-type="image/webp"></darkslide-camera>'
    const element = document.querySelector("darkslide-camera")!
    await expect.poll(() => element.state).toBe("live")
    expect(element.camera?.settings).toMatchObject({ width: 640, height: 480 })
    expect((await element.takePhoto())?.blob.type).toBe("image/webp")
  })

  test("mirrors the preview, and not the photo", async () => {
    const { element, source } = await mountLive()
    source.opened[0]!.draw((context) => {
      context.fillStyle = "#ffffff"
      context.fillRect(0, 0, 160, 240)
      context.fillStyle = "#000000"
      context.fillRect(160, 0, 160, 240)
    })
    await new Promise((resolve) => element.shadowRoot!.querySelector("video")!.requestVideoFrameCallback(resolve))
    await expect.poll(async () => await sidesOf((await element.takePhoto())!.blob)).toEqual(["light", "dark"])
    expect(getComputedStyle(part(element, "video")!).transform).toBe("matrix(-1, 0, 0, 1, 0, 0)")
    await page.getByRole("button", { name: "Mirror" }).click()
    await expect.poll(() => getComputedStyle(part(element, "video")!).transform).toBe("none")
  })

  test("switches cameras, and stops the camera when it leaves the page", async () => {
    const { element, source } = await mountLive()
    await page.getByRole("combobox", { name: "Camera" }).selectOptions("Door camera")
    await expect.poll(() => element.camera?.info.deviceId).toBe("door")
    element.remove()
    await expect.poll(() => source.opened[1]!.stream.getVideoTracks()[0]!.readyState).toBe("ended")
    expect(element.state).toBe("off")
  })

  test("comes back by itself when the camera is plugged in again", async () => {
    const { element, source } = await mountLive()
    const all = source.connected
    source.plug([])
    source.opened[0]!.unplug()
    await expect.poll(() => wordsOf(element, "message")).toContain("The camera was unplugged. Connect it again.")
    source.plug(all)
    await expect.poll(() => element.state).toBe("live")
  })

  test("says that the lens is covered, and that it no longer is", async () => {
    const { element, source } = await mountLive()
    source.opened[0]!.draw((context) => {
      context.fillStyle = "#050505"
      context.fillRect(0, 0, 320, 240)
    })
    await expect.poll(() => part(element, "warning")?.textContent, { timeout: 5000 }).toContain("in front of the lens")
    source.opened[0]!.draw((context) => {
      context.fillStyle = `hsl(${performance.now() % 360} 90% 60%)`
      context.fillRect(Math.random() * 200, Math.random() * 100, 90, 90)
    })
    await expect.poll(() => part(element, "warning"), { timeout: 5000 }).toBeNull()
  })

  test("writes only what changed: nodes, focus and an open choice stay", async () => {
    const { element, source } = await mountLive((element) => (element.timer = 3))
    const [video, shutter, select] = ["video", "shutter", "select"].map((name) => part(element, name)!)
    const options = [...select!.querySelectorAll("option")]
    const seen: string[] = []
    const watcher = new MutationObserver((records) => {
      for (const { type, target, attributeName } of records) seen.push(`${type} ${target.nodeName} ${attributeName}`)
    })
    watcher.observe(element.shadowRoot!, { subtree: true, childList: true, attributes: true, characterData: true })
    select!.focus()
    element.words = {}
    await Promise.resolve()
    expect(watcher.takeRecords()).toEqual([])
    element.mirror = "off"
    source.plug([...source.connected, { deviceId: "attic", label: "", groupId: "c" }])
    await expect.poll(() => select!.querySelectorAll("option")).toHaveLength(3)
    expect([...select!.querySelectorAll("option")].slice(0, 2)).toEqual(options)
    expect(select!.textContent).toContain("Camera 3")
    expect(new Set(seen)).toEqual(
      new Set([
        "attributes DIV class",
        "attributes BUTTON aria-pressed",
        "childList SELECT null",
        "attributes OPTION value",
        "childList OPTION null",
      ]),
    )
    expect(["video", "shutter", "select"].map((name) => part(element, name))).toEqual([video, shutter, select])
    expect(element.shadowRoot!.activeElement).toBe(select)
  })

  test("flashes with each photo, and not with the next camera", async () => {
    const { element } = await mountLive()
    for (let photo = 0; photo < 2; photo++) {
      await element.takePhoto()
      const [light] = part(element, "flash")!.getAnimations()
      expect(light?.playState).toBe("running")
      await light!.finished
      await expect.poll(() => element.state).toBe("live")
    }
    element.deviceId = "door"
    await element.start()
    expect(part(element, "video")).not.toBeNull()
    expect(part(element, "flash")).toBeNull()
  })

  test("takes what was set before it was defined, and the default again without the attribute", async () => {
    class Late extends DarkslideCamera {}
    const element = document.createElement("late-camera") as Late
    element.timer = 10
    element.setAttribute("mirror", "off")
    element.setAttribute("timer", "3")
    document.body.append(element)
    customElements.define("late-camera", Late)
    expect([element.timer, element.mirror, Object.hasOwn(element, "timer")]).toEqual([10, "off", false])
    element.timer = 0
    await Promise.resolve()
    expect(part(element, "timer")?.title).toBe("Timer off")
    element.removeAttribute("mirror")
    element.setAttribute("width", "640")
    expect([element.mirror, element.width]).toEqual(["auto", 640])
    element.removeAttribute("width")
    expect(element.width).toBeUndefined()
  })

  test("speaks another language where it is given one", async () => {
    mount((element) => (element.words = { turnOn: "Kamera einschalten" }))
    await expect.element(page.getByRole("button", { name: "Kamera einschalten" })).toBeVisible()
    await expect.element(page.getByText("The camera is off.")).toBeVisible()
  })
})

describe("timer", () => {
  test("counts down, is read out, and is cancelled by Escape without a photo", async () => {
    const { element, told } = await mountLive((element) => (element.timer = 10))
    await page.getByRole("button", { name: "Take photo" }).click()
    await expect.element(page.getByRole("button", { name: "Cancel timer" })).toBeVisible()
    expect(part(element, "count")?.textContent).toBe("10")
    expect(part(element, "status")?.textContent).toBe("10")
    await userEvent.keyboard("{Escape}")
    await expect.poll(() => element.state).toBe("live")
    await expect.element(page.getByText("Timer cancelled.")).toBeVisible()
    expect(told).not.toContain("darkslide-photo")
  })
})

describe("recording and motion", () => {
  const clip = { blob: new Blob(["clip"], { type: "video/mp4" }), durationSeconds: 4.2 }

  /** A port's other side, in place of an encoder. */
  function recorderDouble(): { make: () => Promise<ElementRecorder>; preRoll: number[]; closed: () => number } {
    const preRoll: number[] = []
    let closed = 0
    const make = async (): Promise<ElementRecorder> => ({
      record({ preRollSeconds }) {
        preRoll.push(preRollSeconds)
        const done = Promise.withResolvers<typeof clip>()
        return {
          done: done.promise,
          async stop() {
            done.resolve(clip)
            return clip
          },
        }
      },
      async close() {
        closed++
      },
    })
    return { make, preRoll, closed: () => closed }
  }

  test("the record button is there only with a recorder, and gives a clip", async () => {
    const { element } = await mountLive()
    expect(part(element, "record")).toBeNull()
    const recorder = recorderDouble()
    element.recorder = recorder.make
    const made = new Promise((resolve) =>
      element.addEventListener("darkslide-clip", ({ detail }) => resolve(detail.clip), { once: true }),
    )
    await page.getByRole("button", { name: "Record" }).click()
    await expect.poll(() => element.state).toBe("recording")
    await expect.element(page.getByText("0:00")).toBeVisible()
    await page.getByRole("button", { name: "Stop recording" }).click()
    expect(await made).toBe(clip)
    await expect.element(page.getByText("Recorded 4 s.")).toBeVisible()
    expect(recorder.closed()).toBe(1)
  })

  test("with pre-roll the recorder runs from the start, and is closed with the camera", async () => {
    const recorder = recorderDouble()
    const { element } = await mountLive((element) => {
      element.recorder = recorder.make
      element.preRoll = 5
    })
    const recorded = element.startRecording()
    await expect.poll(() => element.state).toBe("recording")
    await element.stopRecording()
    expect(await recorded).toBe(clip)
    expect(recorder).toMatchObject({ preRoll: [5] })
    expect(recorder.closed()).toBe(0)
    await element.stop()
    expect(recorder.closed()).toBe(1)
  })

  test("a recorder that fails is told beneath the picture, which goes on", async () => {
    const { element, told } = await mountLive((element) => {
      element.recorder = async () => {
        throw refusal("CAPTURE_UNSUPPORTED")
      }
    })
    expect(await element.startRecording()).toBeUndefined()
    await expect.poll(() => wordsOf(element, "problem")).toContain("What to do about CAPTURE_UNSUPPORTED.")
    expect(element.state).toBe("live")
    expect(told).toContain("darkslide-error")
  })

  test("motion is drawn where it is seen, and told when it begins and stops", async () => {
    const sights: MotionSight[] = [
      { motion: false, boxes: [] },
      { motion: true, boxes: [{ kind: "moving", x: 0.25, y: 0.5, width: 0.5, height: 0.25 }] },
    ]
    const { element, told } = await mountLive((element) => {
      element.motion = async function* () {
        yield* sights
      }
    })
    await expect.element(page.getByText("Motion", { exact: true })).toBeVisible()
    const box = part(element, "motion-boxes")!.querySelector("rect")!
    expect(["x", "y", "width", "height"].map((name) => box.getAttribute(name))).toEqual(["80", "120", "160", "60"])
    expect(told.filter((name) => name === "darkslide-motion")).toHaveLength(1)
  })
})

describe("keyboard", () => {
  test("letters work while the focus is inside, and not in the menu", async () => {
    const { element } = await mountLive()
    const pressed = async (keys: string): Promise<void> => await userEvent.keyboard(keys)
    part(element, "shutter")!.focus()
    await pressed("t")
    expect(element.timer).toBe(3)
    await pressed("m")
    expect(element.mirror).toBe("off")
    part(element, "select")!.focus()
    await pressed("t")
    expect(element.timer).toBe(3)
    part(element, "shutter")!.focus()
    await pressed("tt")
    expect(element.timer).toBe(0)
    const photo = new Promise((resolve) => element.addEventListener("darkslide-photo", resolve, { once: true }))
    await pressed("p")
    await photo
    await expect.poll(() => element.state).toBe("live")
    await pressed("c")
    await expect.poll(() => element.camera?.info.deviceId).toBe("door")
    element.shortcuts = "off"
    part(element, "shutter")!.focus()
    await pressed("t")
    expect(element.timer).toBe(0)
  })

  test("the focus goes on to what comes next: from the button that turns it on to the shutter, and to trying again", async () => {
    const { element, source } = mount()
    await userEvent.tab()
    await userEvent.keyboard("{Enter}")
    await expect.poll(() => element.state).toBe("live")
    await expect.poll(() => element.shadowRoot?.activeElement?.part.value).toBe("shutter")
    source.plug([])
    source.opened[0]!.unplug()
    await expect.poll(() => element.shadowRoot?.activeElement?.part.value).toBe("button retry")
  })

  test("everything is reached by Tab, in the order it is seen, and pressed by Enter", async () => {
    const { element } = await mountLive(
      (element) => (element.recorder = async () => await new Promise(() => undefined)),
    )
    const reached: (string | null | undefined)[] = []
    for (let i = 0; i < 5; i++) {
      await userEvent.tab()
      reached.push(element.shadowRoot?.activeElement?.getAttribute("part"))
    }
    expect(reached).toEqual(["select", "shutter", "record", "button timer", "button mirror"])
    await userEvent.keyboard("{Enter}")
    expect(element.mirror).toBe("off")
  })
})

describe("each failure", () => {
  test.each(codes)("%s is said with its hint and a way on", async (code) => {
    const { element, told } = mount((_, source) => (source.refusal = refusal(code)))
    await element.start()
    await expect.poll(() => wordsOf(element, "message")).toContain(`What to do about ${code}.`)
    expect(part(element, "message")?.role).toBe("alert")
    const ways = element.shadowRoot!.querySelectorAll(".ways button, .ways a, .ways label, .ways camera")
    expect(ways.length).toBeGreaterThan(0)
    expect(told).toContain("darkslide-error")
    expect(element.state).toBe("failed")
  })

  test("a denied one offers the browser's own camera element, and starts when that was allowed", async () => {
    const { element, source } = mount((_, source) => (source.refusal = refusal("CAPTURE_DENIED")))
    await element.start()
    source.refusal = undefined
    part(element, "recovery")!.firstElementChild!.dispatchEvent(new Event("promptaction"))
    await expect.poll(() => element.state).toBe("live")
  })

  test("a picture from the device is told as a file", async () => {
    const { element } = mount((_, source) => (source.refusal = refusal("CAPTURE_NOT_FOUND")))
    await element.start()
    const chosen = new Promise<string>((resolve) =>
      element.addEventListener("darkslide-file", ({ detail }) => resolve(detail.file.name), { once: true }),
    )
    await page.getByLabelText("Choose a picture instead").upload(new File(["x"], "garden.jpg", { type: "image/jpeg" }))
    expect(await chosen).toBe("garden.jpg")
  })
})

const states: readonly (readonly [string, () => Promise<Mounted>])[] = [
  ["off", async () => mount()],
  [
    "starting",
    async () => {
      const mounted = mount((_, source) => (source.isSilent = true))
      void mounted.element.start()
      await expect.poll(() => mounted.element.state).toBe("starting")
      return mounted
    },
  ],
  [
    "live",
    async () => await mountLive((element) => (element.recorder = async () => await new Promise(() => undefined))),
  ],
  [
    "counting",
    async () => {
      const mounted = await mountLive((element) => (element.timer = 10))
      void mounted.element.takePhoto()
      await expect.poll(() => mounted.element.state).toBe("counting")
      return mounted
    },
  ],
  [
    "recording, with motion",
    async () => {
      const mounted = await mountLive((element) => {
        element.recorder = async () => ({
          record: () => ({ done: new Promise(() => undefined), stop: () => new Promise(() => undefined) }),
          close: async () => undefined,
        })
        element.motion = async function* () {
          yield { motion: true, boxes: [{ kind: "moving", x: 0.1, y: 0.1, width: 0.3, height: 0.3 }] }
        }
      })
      void mounted.element.startRecording()
      await expect.poll(() => mounted.element.state).toBe("recording")
      return mounted
    },
  ],
  ...(["CAPTURE_DENIED", "CAPTURE_INSECURE", "CAPTURE_NOT_FOUND", "CAPTURE_BUSY"] as const).map(
    (code) =>
      [
        `failed with ${code}`,
        async () => {
          const mounted = mount((_, source) => (source.refusal = refusal(code)))
          await mounted.element.start()
          return mounted
        },
      ] as const,
  ),
]

describe.each(["light", "dark"])("in %s", (scheme) => {
  test.each(states)("%s: axe finds nothing, and every target has 44 pixels", async (_name, reach) => {
    document.documentElement.style.cssText = `color-scheme: ${scheme}; background: light-dark(#f5f0e7, #13100e)`
    const { element } = await reach()
    const { violations } = await axe.run(document.body, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
      rules: { "page-has-heading-one": { enabled: false } },
    })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([])
    const small = [...element.shadowRoot!.querySelectorAll("button, a, label, select, camera")].filter((target) => {
      const { width, height } = target.getBoundingClientRect()
      return target.checkVisibility() && (width < 44 || height < 44)
    })
    expect(small.map((target) => target.outerHTML)).toEqual([])
  })
})

function wordsOf(element: Mounted["element"], name: string): string {
  return part(element, name)?.textContent.replace(/\s+/g, " ").trim() ?? ""
}

async function sidesOf(photo: Blob): Promise<readonly string[]> {
  const bitmap = await createImageBitmap(photo)
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!
  context.drawImage(bitmap, 0, 0)
  const at = (x: number): string => ((context.getImageData(x, 120, 1, 1).data[0] ?? 0) > 128 ? "light" : "dark")
  return [at(40), at(280)]
}
