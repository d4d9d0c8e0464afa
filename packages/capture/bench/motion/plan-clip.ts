import { drawClouds, drawPicture, drawThing, drawUnlit } from "./pictures.ts"
import { Random } from "./random.ts"

export const framesPerSecond = 10
export const clipSeconds = 20

/** Detectors may learn until then; nothing is counted before. */
export const judgedFrom = 4

/** When something moves, in seconds: for certain, and at most (while it is half in the picture). */
export interface MovingTime {
  readonly from: number
  readonly to: number
  readonly seenFrom: number
  readonly seenTo: number
}

/** A clip that ffmpeg makes out of nothing, and what is true of it. */
export interface Clip {
  readonly name: string
  readonly width: number
  readonly height: number
  /** A filter graph that ends in `[v]`. */
  readonly graph: string
  /** Constant rate factor of H.264 in between, where the clip was compressed. */
  readonly compressed?: number | undefined
  readonly moving: readonly MovingTime[]
}

interface Scene {
  readonly random: Random
  readonly width: number
  readonly height: number
  /** Filters so far; the picture is the pad `[s<steps.length>]`. */
  readonly steps: string[]
  readonly moving: MovingTime[]
}

const kinds: Readonly<Record<string, (scene: Scene) => Look>> = {
  day: (scene) => {
    passing(scene, { sizes: [40, 200], speeds: [60, 220], times: 2 })
    return {}
  },
  night: (scene) => {
    passing(scene, { sizes: [60, 190], speeds: [50, 160], times: 2 })
    return { night: true }
  },
  noise: () => ({ noise: [14, 30] }),
  small: (scene) => {
    passing(scene, { sizes: [16, 26], speeds: [40, 120], times: 2 })
    return { noise: [2, 10] }
  },
  slow: (scene) => {
    passing(scene, { sizes: [50, 120], speeds: [16, 30], times: 1 })
    return {}
  },
  fast: (scene) => {
    passing(scene, { sizes: [50, 140], speeds: [260, 420], times: 3 })
    return {}
  },
  "low contrast": (scene) => {
    passing(scene, { sizes: [60, 160], speeds: [50, 140], times: 2, contrast: "low" })
    return { narrow: true, noise: [3, 10] }
  },
  "stops and goes on": (scene) => {
    stopping(scene)
    return {}
  },
  "light step": () => ({ light: "step" }),
  "light ramp": (scene) => {
    passing(scene, { sizes: [50, 150], speeds: [60, 160], times: 1 })
    return { light: "ramp" }
  },
  flicker: () => ({ light: "flicker" }),
  lamp: (scene) => {
    lamp(scene)
    return {}
  },
  "lamp and thing": (scene) => {
    lamp(scene)
    passing(scene, { sizes: [50, 150], speeds: [60, 180], times: 1 })
    return {}
  },
  clouds: (scene) => {
    clouds(scene)
    return {}
  },
  "clouds and thing": (scene) => {
    passing(scene, { sizes: [50, 150], speeds: [60, 180], times: 2 })
    clouds(scene)
    return {}
  },
  sway: (scene) => {
    swaying(scene)
    return {}
  },
  "sway and thing": (scene) => {
    swaying(scene)
    passing(scene, { sizes: [70, 160], speeds: [60, 180], times: 1 })
    return {}
  },
  jitter: (scene) => {
    jitter(scene)
    return {}
  },
  "jitter and thing": (scene) => {
    passing(scene, { sizes: [60, 160], speeds: [60, 180], times: 2 })
    jitter(scene)
    return {}
  },
}

interface Look {
  readonly night?: boolean
  readonly narrow?: boolean
  readonly noise?: readonly [number, number]
  readonly light?: "step" | "ramp" | "flicker"
}

const variantsOfKind = 2

/** The clips of a seed: every kind twice, each with its own picture, things, noise, size and compression. */
export function planClips(seed: number): readonly Clip[] {
  return Object.keys(kinds).flatMap((kind, k) =>
    Array.from({ length: variantsOfKind }, (_, variant) =>
      planClip(`${kind} ${variant + 1}`, kind, new Random(seed * 7919 + k * 101 + variant * 13 + 1)),
    ),
  )
}

function planClip(name: string, kind: string, random: Random): Clip {
  const [width, height] = random.pick([
    [640, 360],
    [640, 360],
    [640, 480],
    [960, 540],
  ] as const)
  const narrow = kind === "low contrast"
  // At night contrast is a third of it: what cannot be told from noise by anyone is not asked for.
  const middle = kind === "night" ? { low: 75, high: 150 } : undefined
  const levels = narrow
    ? { low: 104, high: 152 }
    : (middle ?? { low: random.whole(55, 80), high: random.whole(160, 190) })
  const scene: Scene = {
    random,
    width,
    height,
    steps: [`${drawPicture(random, width, height, levels)}[s1]`],
    moving: [],
  }
  const look = kinds[kind]!(scene)
  lightAndNoise(scene, look)
  const compressed = random.chance(0.5) ? random.whole(23, 33) : undefined
  const graph = `${scene.steps.join(";")};[s${scene.steps.length}]format=yuv420p[v]`
  return { name, width, height, graph, compressed, moving: scene.moving }
}

/** Adds a filter behind the picture so far; `sources` are pads of their own that come first. */
function then(scene: Scene, filter: string, sources: readonly string[] = []): void {
  const { steps } = scene
  const before = `[s${steps.length}]`
  const names = sources.map((_, index) => `[x${steps.length}_${index}]`)
  const drawn = sources.map((source, index) => `${source}${names[index]};`).join("")
  steps.push(`${drawn}${before}${names.join("")}${filter}[s${steps.length + 1}]`)
}

function passing(
  scene: Scene,
  options: {
    sizes: readonly [number, number]
    speeds: readonly [number, number]
    times: number
    contrast?: "low"
  },
): void {
  const { random, width, height } = scene
  const unit = width / 640
  const slot = (clipSeconds - judgedFrom - 1) / options.times
  for (let time = 0; time < options.times; time++) {
    const h = Math.round(random.between(...options.sizes) * unit)
    const w = Math.max(Math.round(14 * unit), Math.round(h * random.between(0.45, 0.9)))
    const startAt = judgedFrom + 0.7 + time * slot + random.between(0, 0.5)
    const latest = judgedFrom + 0.7 + (time + 1) * slot - 1.2
    const speed = random.between(...options.speeds) * unit
    const leaves = Math.min(startAt + (width + w) / speed, latest)
    const toRight = random.chance(0.5)
    const y = random.between(0.05, 0.9 - h / height) * height
    const sideways = random.between(-12, 12) * unit
    const way = `(t-${startAt.toFixed(3)})*${speed.toFixed(2)}`
    const x = toRight ? `-${w}+${way}` : `${width}-${way}`
    const wave = `${y.toFixed(1)}+${sideways.toFixed(1)}*sin((t-${startAt.toFixed(2)})*1.7)`
    // A thing that did not reach the other side in time goes behind something: it is gone from one frame to the next.
    const enabled = `between(t,${startAt.toFixed(3)},${leaves.toFixed(3)})`
    then(scene, `overlay=x='${x}':y='${wave}':enable='${enabled}':eval=frame`, [
      drawThing(random, w, h, options.contrast ?? "plain"),
    ])
    const crossed = (width + w) / speed <= latest - startAt
    scene.moving.push({
      from: startAt + (0.25 * w) / speed,
      to: crossed ? leaves - (0.25 * w) / speed : leaves,
      seenFrom: startAt,
      seenTo: leaves,
    })
  }
}

function stopping(scene: Scene): void {
  const { random, width, height } = scene
  const unit = width / 640
  const h = Math.round(random.between(60, 140) * unit)
  const w = Math.round(h * random.between(0.5, 0.9))
  const speed = random.between(60, 140) * unit
  const startAt = judgedFrom + 0.7
  const stopAt = startAt + (random.between(0.25, 0.45) * width) / speed
  const goesOn = stopAt + random.between(3, 5)
  const leaves = Math.min(clipSeconds - 0.5, goesOn + (width * 0.75 + w) / speed)
  const stopped = (stopAt - startAt) * speed
  const way = `min((t-${startAt.toFixed(3)})*${speed.toFixed(2)},${stopped.toFixed(2)})+max(0,t-${goesOn.toFixed(3)})*${speed.toFixed(2)}`
  const y = random.between(0.05, 0.9 - h / height) * height
  then(
    scene,
    `overlay=x='-${w}+${way}':y=${y.toFixed(0)}:enable='between(t,${startAt},${leaves.toFixed(3)})':eval=frame`,
    [drawThing(random, w, h, "plain")],
  )
  scene.moving.push(
    { from: startAt + (0.25 * w) / speed, to: stopAt, seenFrom: startAt, seenTo: stopAt },
    { from: goesOn + 0.1, to: leaves - (0.25 * w) / speed, seenFrom: goesOn, seenTo: leaves },
  )
}

function lamp(scene: Scene): void {
  const { random, width, height } = scene
  const on = random.between(5, 9)
  const off = random.between(11, 17)
  const unlit = drawUnlit(random, `${width}x${height}`)
  then(
    scene,
    `blend=all_mode=multiply:c1_mode=normal:c2_mode=normal:shortest=1:enable='not(between(t,${on.toFixed(2)},${off.toFixed(2)}))'`,
    [unlit],
  )
}

function clouds(scene: Scene): void {
  const { random, width, height } = scene
  then(scene, "blend=all_mode=multiply:c1_mode=normal:c2_mode=normal:shortest=1", [
    drawClouds(random, `${width}x${height}`),
  ])
}

/** A tree before the wind: it sways from the first frame on, now more, now less. */
function swaying(scene: Scene): void {
  const { random, width, height } = scene
  const unit = width / 640
  for (let count = random.whole(1, 3); count > 0; count--) {
    const [w, h] = [random.between(40, 110) * unit, random.between(40, 110) * unit]
    const [x, y] = [random.between(0.05, 0.75) * width, random.between(0, 0.6) * height]
    const reach = random.between(2, 7) * unit
    const pace = random.between(2, 6)
    const gust = `(0.7+0.3*sin(t*${random.between(0.3, 1).toFixed(2)}))`
    const across = `${x.toFixed(0)}+${reach.toFixed(1)}*${gust}*sin(t*${pace.toFixed(2)})`
    const down = `${y.toFixed(0)}+${(reach * 0.4).toFixed(1)}*${gust}*cos(t*${(pace * 0.8).toFixed(2)})`
    then(scene, `overlay=x='${across}':y='${down}':eval=frame`, [
      drawThing(random, Math.round(w), Math.round(h), "plain"),
    ])
  }
}

/** A camera on a pole: shakes by up to two pixels, in half pixels. */
function jitter(scene: Scene): void {
  const { random, width, height } = scene
  const reach = random.between(0.6, 2) * 2
  const shake = (a: number, b: number) =>
    `16+${(reach * 0.6).toFixed(2)}*sin(n*${a.toFixed(3)})+${(reach * 0.4).toFixed(2)}*sin(n*${b.toFixed(3)})`
  const x = shake(random.between(0.3, 2.5), random.between(2, 5))
  const y = shake(random.between(0.3, 2.5), random.between(2, 5))
  then(
    scene,
    `scale=${width * 2 + 32}:${height * 2 + 32}:flags=bilinear,crop=${width * 2}:${height * 2}:'${x}':'${y}':exact=1,scale=${width}:${height}:flags=area,setsar=1`,
  )
}

function lightAndNoise(scene: Scene, look: Look): void {
  const { random } = scene
  if (look.light) then(scene, `eq=${lightOf(look.light, random)}:eval=frame`)
  if (look.night) {
    const contrast = random.between(0.3, 0.5)
    then(scene, `lutyuv=y='16+(val-16)*${contrast.toFixed(2)}'`)
  }
  const [low, high] = look.noise ?? (look.night ? [12, 24] : [3, 14])
  then(scene, `noise=c0s=${random.whole(low, high)}:c0f=t:all_seed=${random.whole(1, 99_999)}`)
}

function lightOf(light: "step" | "ramp" | "flicker", random: Random): string {
  const sign = random.pick([-1, 1])
  const [a, b, c] = [random.between(5, 8), random.between(9, 12), random.between(13, 17)]
  if (light === "flicker")
    return `brightness='${random.between(0.02, 0.06).toFixed(3)}*sin(2*PI*t*${random.between(0.7, 4.3).toFixed(2)})'`
  if (light === "ramp")
    return `brightness='${(sign * random.between(0.1, 0.22)).toFixed(3)}*clip((t-${a.toFixed(1)})/${random.between(1, 5).toFixed(1)},0,1)'`
  const step = random.between(0.08, 0.2) * sign
  return random.chance(0.5)
    ? `brightness='${step.toFixed(3)}*(between(t,${a.toFixed(1)},${b.toFixed(1)})-0.8*gt(t,${c.toFixed(1)}))'`
    : `contrast='1+${(step * 2).toFixed(3)}*between(t,${a.toFixed(1)},${c.toFixed(1)})'`
}
