import { ConfigurationError } from "./config.ts"
import { FolderInUseError } from "./storage/folder-lock.ts"
import { storageFailure } from "./storage/storage-failure.ts"

/** One line that says why the server did not start and what to do about it. */
export function explainStartFailure(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof FolderInUseError) return error.message
  if (!(error instanceof Error)) return `Cannot start: ${String(error)}`
  const { code, path, port, address } = error as Error & Partial<Record<"code" | "path" | "port" | "address", unknown>>
  if (code === "EADDRINUSE") {
    return `Cannot listen on port ${String(port)}: another program uses it, set DARKSLIDE_PORT to another one`
  }
  if (code === "EADDRNOTAVAIL" || (code === "EACCES" && port !== undefined)) {
    return `Cannot listen on ${String(address)} port ${String(port)}: set DARKSLIDE_HOST and DARKSLIDE_PORT`
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM") {
    return `Cannot write ${String(path)}: set DARKSLIDE_DATA to a folder that this user may write`
  }
  if (storageFailure(error) === "not-writable") {
    return "Cannot write the data folder: set DARKSLIDE_DATA to a folder that this user may write"
  }
  if (storageFailure(error) === "disk-full") return "Cannot start: the disk is full"
  return `Cannot start: ${error.message}`
}
