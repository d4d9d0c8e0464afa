import type { Adder } from "../accounts/device-tokens.ts"
import type { Session } from "../storage/sessions-store.ts"
import type { RequestOrigin } from "./origin-check.ts"

/** What the middleware leaves for the routes. */
export interface AppEnv {
  Variables: {
    origin: RequestOrigin
    session: Session
    /** Where adding captures is all that is allowed. */
    adder: Adder
  }
}
