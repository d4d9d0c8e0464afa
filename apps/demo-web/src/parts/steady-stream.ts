import type { DirectiveResult } from "lit/directive.js"
import { guard } from "lit/directives/guard.js"

/** For `.srcObject`: Lit sets objects anew with each drawing, and a video that is given its own stream again begins again. */
export function steadyStream(stream: MediaStream | undefined): DirectiveResult {
  return guard([stream], () => stream ?? null)
}
