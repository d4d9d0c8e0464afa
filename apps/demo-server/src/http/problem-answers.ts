import { z } from "@hono/zod-openapi"
import type { ProblemCode } from "./problem.ts"
import { problems } from "./problem.ts"

const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
  })
  .openapi("Problem")

/** The problem documents of a route, for the OpenAPI document. */
export function problemAnswers(...codes: readonly ProblemCode[]) {
  const statuses = [...new Set(codes.map((code) => problems[code].status))]
  return Object.fromEntries(statuses.map((status) => [String(status), answer(status, codes)]))
}

function answer(status: number, codes: readonly ProblemCode[]) {
  const description = codes.filter((code) => problems[code].status === status).join(", ")
  return { description, content: { "application/problem+json": { schema: problemDocument } } }
}
