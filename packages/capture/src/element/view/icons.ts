import { makeDrawing } from "./make-element.ts"

type IconName = "camera" | "warning" | "timer" | "mirror" | "torch" | "chevron"

/** Line drawings on 24 px with a stroke of 1.75, as everywhere in Darkslide. */
const paths: Readonly<Record<IconName, string>> = {
  camera:
    "M4.5 7.5h3l1.6-2.6h5.8l1.6 2.6h3A1.5 1.5 0 0 1 21 9v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5Z",
  warning: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.6M12 17.2v.1",
  timer: "M12 9.8v3.7l2.4 1.6M9.5 3.5h5M12 3.5v3",
  mirror: "M12 3.5v17M8.5 7.5 3.5 17h5V7.5ZM15.5 7.5l5 9.5h-5V7.5Z",
  torch: "M13 3 5.5 13.5h5.2L9.8 21l8-11h-5.4L13 3Z",
  chevron: "m6 9.5 6 6 6-6",
}
const circles: Readonly<Partial<Record<IconName, Readonly<Record<"cx" | "cy" | "r", string>>>>> = {
  camera: { cx: "12", cy: "13.2", r: "3.4" },
  timer: { cx: "12", cy: "13.5", r: "7" },
}

export function makeIcon(name: IconName): SVGElement {
  const circle = circles[name]
  return makeDrawing(
    "svg",
    {
      part: "icon",
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "1.75",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
    },
    ...(circle === undefined ? [] : [makeDrawing("circle", circle)]),
    makeDrawing("path", { d: paths[name] }),
  )
}
