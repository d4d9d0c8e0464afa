import { MemoryLocker, Server } from "@tus/server"
import type { Context, MiddlewareHandler } from "hono"
import { randomBytes } from "node:crypto"
import type { AppEnv } from "../http/app-env.ts"
import { Problem } from "../http/problem.ts"
import { toProblem } from "../http/to-problem.ts"
import type { Router } from "../http/router.ts"
import type { SessionCredential } from "../http/session-credential.ts"
import type { AppPorts } from "../ports.ts"
import { storageFailure } from "../storage/storage-failure.ts"
import { tusAnswer, tusProblem } from "../uploads/tus-answer.ts"
import { UploadDataStore } from "../uploads/upload-data-store.ts"
import { describeUploads } from "./upload-descriptions.ts"

const path = "/v1/uploads"

/** tus 1.0. A server object for each request, so that its store sees the uploads of one account only. */
export function uploadRoutes(
  app: Router,
  ports: AppPorts,
  credential: SessionCredential,
  adding: MiddlewareHandler<AppEnv>,
): void {
  const locker = new MemoryLocker()
  const { storage, limits } = ports
  describeUploads(app.openAPIRegistry)

  const tus = async (c: Context<AppEnv>, accountId: string) => {
    let cause: unknown
    const server = new Server({
      path,
      locker,
      datastore: new UploadDataStore({ ...ports, accountId }),
      generateUrl: (_request, { id }) => `${path}/${id}`,
      namingFunction: () => randomBytes(16).toString("base64url"),
      // Before the lock: someone else's request must not make the owner's let go.
      async onIncomingRequest(request, id) {
        if (request.method === "POST") return
        if ((await storage.uploads.find(id, accountId)) === undefined) throw tusProblem(404, undefined)
      },
      onResponseError(_request, error) {
        cause = error
        return undefined
      },
    })
    const response = await server.handleWeb(withoutEmptyMetadata(c.req.raw))
    if (response.status < 400) return tusAnswer(response)
    throw cause instanceof Problem || storageFailure(cause) !== undefined
      ? toProblem(cause)
      : tusProblem(response.status, cause)
  }

  app.options(path, (c) => tus(c, ""))
  app.options(`${path}/:id`, (c) => tus(c, ""))
  app.post(path, adding, async (c) => {
    checkCreation(c, limits.quotaBytes)
    return await tus(c, c.get("adder").accountId)
  })
  // Hono routes HEAD as GET; a real GET has nothing to show.
  app.on(["GET", "PATCH"], `${path}/:id`, adding, async (c) => {
    return c.req.method === "GET" ? await c.notFound() : await tus(c, c.get("adder").accountId)
  })
  app.delete(`${path}/:id`, credential.required, (c) => tus(c, c.get("session").accountId))
}

/** What tus allows and this server does not. */
function checkCreation(c: Context<AppEnv>, quotaBytes: number): void {
  if (c.req.header("upload-metadata")) {
    throw new Problem("REQUEST_INVALID", "Cannot create upload: Upload-Metadata must be empty, names belong inside")
  }
  if (Number(c.req.header("upload-length")) > quotaBytes) {
    throw new Problem("QUOTA_EXCEEDED", "Cannot create upload: longer than the account's whole storage")
  }
}

/** tus lets `Upload-Metadata` be empty; the library calls that malformed. */
function withoutEmptyMetadata(request: Request): Request {
  if (request.headers.get("upload-metadata") !== "") return request
  const headers = new Headers(request.headers)
  headers.delete("upload-metadata")
  return new Request(request, { headers })
}
