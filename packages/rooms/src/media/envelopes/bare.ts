import { concat, type Envelope } from "./envelope.ts"

/** VP9 and Opus: nothing around it. What a forwarding unit needs of VP9 stands in the payload descriptor, outside the frame. */
export const bare: Envelope = {
  wrap: (sealed) => concat(sealed),
  unwrap: (frame) => frame,
}
