import { OpenAPIHono } from "@hono/zod-openapi"
import type { AppEnv } from "./app-env.ts"
import { Problem } from "./problem.ts"

export type Router = OpenAPIHono<AppEnv>

/** A router whose refusals are problem documents. */
export function createRouter(): Router {
  return new OpenAPIHono<AppEnv>({
    defaultHook(result) {
      if (result.success) return
      const [issue] = result.error.issues
      const place = issue === undefined || issue.path.length === 0 ? result.target : issue.path.join(".")
      throw new Problem("REQUEST_INVALID", `Cannot read request: ${place} does not fit`, { cause: result.error })
    },
  })
}
