import { z } from "@hono/zod-openapi"
import type { OpenAPIHono } from "@hono/zod-openapi"
import { problemAnswers } from "../http/problem-answers.ts"

const onUpload = { params: z.object({ id: z.string() }) }
const length = z.object({ "Upload-Length": z.string(), "Tus-Resumable": z.literal("1.0.0") })
const offset = z.object({ "Upload-Offset": z.string(), "Tus-Resumable": z.literal("1.0.0") })

/** The tus routes in the OpenAPI document: tus answers them itself, so they are only described here. */
export function describeUploads(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    method: "post",
    path: "/v1/uploads",
    request: { headers: length },
    responses: {
      201: { description: "Reserved; Location names the upload" },
      ...problemAnswers("NOT_SIGNED_IN", "QUOTA_EXCEEDED", "TOO_MANY_UPLOADS", "DISK_FULL", "REQUEST_INVALID"),
    },
  })
  registry.registerPath({
    method: "head",
    path: "/v1/uploads/{id}",
    request: onUpload,
    responses: { 200: { description: "Upload-Offset bytes are on disk" }, ...problemAnswers("UPLOAD_NOT_FOUND") },
  })
  registry.registerPath({
    method: "patch",
    path: "/v1/uploads/{id}",
    request: {
      ...onUpload,
      headers: offset,
      body: { content: { "application/offset+octet-stream": { schema: { type: "string", format: "binary" } } } },
    },
    responses: {
      204: { description: "The bytes are on disk" },
      ...problemAnswers("UPLOAD_NOT_FOUND", "UPLOAD_OFFSET_CONFLICT", "BODY_TOO_LARGE", "UPLOAD_EXPIRED", "DISK_FULL"),
    },
  })
  registry.registerPath({
    method: "delete",
    path: "/v1/uploads/{id}",
    request: onUpload,
    responses: { 204: { description: "Given up" }, ...problemAnswers("UPLOAD_NOT_FOUND") },
  })
}
