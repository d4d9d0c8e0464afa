import type { Random } from "./random.ts"

/** One frame of a source, for as long as it is asked for. */
export const frozen = (frame: number): string =>
  `trim=start_frame=${frame}:end_frame=${frame + 1},loop=loop=-1:size=1:start=0,setpts=N/(10*TB)`

/** Places on the rim of the set, where there is much to see. */
const rims = [
  [-0.743643, 0.131825],
  [-0.1011, 0.9563],
  [-1.25066, 0.02012],
  [-0.748, 0.1],
  [0.2821, 0.01],
  [-0.235125, 0.827215],
] as const

/** Levels of luma that a picture is pressed into. */
export interface Levels {
  readonly low: number
  readonly high: number
}

/** A still picture by one of ffmpeg's own sources, in those levels. */
export function drawPicture(random: Random, width: number, height: number, levels: Levels): string {
  const size = `${width}x${height}`
  const half = `${width >> 1}x${height >> 1}`
  const [x, y] = random.pick(rims)
  const seed = random.whole(1, 1_000_000)
  const blur = random.between(1.5, 7).toFixed(2)
  const source = random.pick([
    `mandelbrot=s=${size}:r=10:maxiter=120:start_x=${x}:start_y=${y}:start_scale=${random.between(0.02, 1.5).toFixed(4)},${frozen(0)}`,
    `testsrc2=s=${size}:r=10,${frozen(random.whole(0, 8))}`,
    drawGradients(random, width, height),
    `cellauto=s=${half}:r=10:rule=${random.pick([30, 73, 90, 105, 110, 150])}:seed=${seed}:ratio=0.5,${frozen(random.whole(1, 4))},format=gray,scale=${size}:flags=bilinear,gblur=sigma=${blur}`,
    `color=c=gray:s=${half}:r=10,format=gray,noise=alls=100:allf=u:all_seed=${seed},${frozen(0)},gblur=sigma=${blur},scale=${size}:flags=bilinear,lutyuv=y=(val-128)*${random.between(2, 6).toFixed(1)}+128`,
    `smptehdbars=s=${size}:r=10,${frozen(0)},gblur=sigma=${random.between(0.5, 3).toFixed(1)}`,
    `sierpinski=s=${half}:r=10:seed=${seed}:type=${random.pick(["carpet", "triangle"])},${frozen(random.whole(1, 5))},scale=${size}:flags=bilinear`,
  ])
  const scale = ((levels.high - levels.low) / 255).toFixed(4)
  return `${source},format=yuv420p,lutyuv=y='clip((val-minval)*${scale}+${levels.low},0,255)',setsar=1`
}

/** Soft bands between two ends; ffmpeg draws its own ends unless it is told. */
function drawGradients(random: Random, width: number, height: number): string {
  const ends = [
    ["x0", width],
    ["y0", height],
    ["x1", width],
    ["y1", height],
  ] as const
  const places = ends.map(([name, size]) => `${name}=${random.whole(0, size - 1)}`)
  const count = random.whole(2, 6)
  const colours = Array.from({ length: count }, (_, i) => {
    const level = random.whole(0, 255).toString(16).padStart(2, "0")
    return `c${i}=0x${level}${level}${level}`
  })
  return `gradients=s=${width}x${height}:r=10:nb_colors=${count}:speed=0.00001:${[...places, ...colours].join(":")},${frozen(0)}`
}

/** A thing cut out of such a picture, or of one level, as an ellipse, a box, or a standing figure. */
export function drawThing(random: Random, width: number, height: number, contrast: "plain" | "low"): string {
  const w = width & ~1
  const h = height & ~1
  // Backgrounds keep to the middle levels, so that no thing is ever invisible before its background.
  const bright = random.chance(0.5)
  const flat = contrast === "low" ? (bright ? 186 : 72) : bright ? random.whole(205, 235) : random.whole(18, 45)
  const source =
    contrast === "low" || random.chance(0.5)
      ? `color=c=gray:s=${w}x${h}:r=10,format=yuv420p,lutyuv=y=${flat},noise=c0s=${contrast === "low" ? 4 : 24}:c0f=u:all_seed=${random.whole(1, 99_999)},${frozen(0)},gblur=sigma=1`
      : `${drawPicture(random, 320, 180, bright ? { low: 150, high: 250 } : { low: 8, high: 110 })},crop=${Math.min(w, 320)}:${Math.min(h, 180)},scale=${w}x${h}`
  const ellipse = "lte(pow((X-W/2)/(W/2),2)+pow((Y-H/2)/(H/2),2),1)"
  const box = "1"
  const figure =
    "gt(lte(pow((X-W/2)/(W*0.22),2)+pow((Y-H*0.13)/(H*0.13),2),1)+between(Y,H*0.24,H*0.6)*between(X,W*0.1,W*0.9)+gte(Y,H*0.6)*(between(X,W*0.18,W*0.45)+between(X,W*0.55,W*0.82)),0)"
  const shape = random.pick(height > 50 ? [ellipse, box, figure, figure] : [ellipse, box])
  return `${source},format=yuva420p,trim=end_frame=1,geq=lum='lum(X,Y)':cb=128:cr=128:a='255*${shape}',loop=loop=-1:size=1:start=0,setpts=N/(10*TB)`
}

/** Soft shadows that drift: drawn small and enlarged, to be multiplied with the scene. */
export function drawClouds(random: Random, size: string): string {
  const [p, q] = [random.between(4, 11), random.between(3, 8)]
  const [vx, vy] = [random.between(-4, 4), random.between(-1.5, 1.5)]
  const depth = random.between(20, 55)
  const wave = `sin((X+${vx.toFixed(2)}*T)/${p.toFixed(2)})*cos((Y+${vy.toFixed(2)}*T)/${q.toFixed(2)}+${random.between(0, 6).toFixed(2)})`
  return `color=c=gray:s=64x36:r=10,format=yuv420p,geq=lum='${(250 - depth).toFixed(0)}+${depth.toFixed(0)}*${wave}':cb=128:cr=128,scale=${size}:flags=bicubic,setsar=1`
}

/** Where the light of a lamp, or of an opened door, does not fall while it is off; to be multiplied with the scene. */
export function drawUnlit(random: Random, size: string): string {
  const [cx, cy] = [random.between(12, 52), random.between(8, 28)]
  const [rx, ry] = [random.between(8, 24), random.between(7, 18)]
  const dark = random.between(120, 200)
  const distance = `hypot((X-${cx.toFixed(1)})/${rx.toFixed(1)},(Y-${cy.toFixed(1)})/${ry.toFixed(1)})`
  const hard = random.chance(0.4)
  const share = hard
    ? `between(abs(X-${cx.toFixed(1)}),0,${(rx * 0.7).toFixed(1)})*between(abs(Y-${cy.toFixed(1)}),0,${(ry * 0.7).toFixed(1)})`
    : `exp(-${distance}*${distance})`
  const flags = hard ? "bilinear" : "bicubic"
  return `color=c=gray:s=64x36:r=10,format=yuv420p,trim=end_frame=1,geq=lum='255-${(255 - dark).toFixed(0)}*${share}':cb=128:cr=128,loop=loop=-1:size=1:start=0,setpts=N/(10*TB),scale=${size}:flags=${flags},setsar=1`
}
