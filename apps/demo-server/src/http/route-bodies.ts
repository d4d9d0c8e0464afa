import type { ZodType } from "zod"

/** A required JSON body of a route. */
export const jsonBody = <Schema extends ZodType>(schema: Schema) => ({
  body: { required: true, content: { "application/json": { schema } } },
})

/** A JSON answer of a route. */
export const jsonAnswer = <Schema extends ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
})

/** An answer of sealed bytes. */
export const bytesAnswer = (description: string) => ({
  description,
  content: { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } },
})
