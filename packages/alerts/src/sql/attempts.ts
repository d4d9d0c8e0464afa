import { isDarkslideError } from "@darkslide/crypto/errors"
import { systemClock } from "../clock.ts"
import type { Attempt } from "./sql-outbox.ts"
import { storeFailure } from "./store-failure.ts"

const tries = 100
const firstPauseMs = 5
const longestPauseMs = 100

/** Tries again, for some seconds, what found the database locked: without holding up the program meanwhile. */
export const attemptPatiently: Attempt = async (work) => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work()
    } catch (error) {
      const failure = storeFailure(error)
      if (tried >= tries || !isDarkslideError(failure, "ALERTS_STORE_BUSY")) throw failure
      await systemClock.sleep(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tried))
    }
  }
}

/** Within somebody's transaction nothing can be tried again: the whole of it is what failed. */
export const attemptOnce: Attempt = async (work) => {
  try {
    return await work()
  } catch (error) {
    throw storeFailure(error)
  }
}
