import { cameraError } from "./camera-error.ts"
import { cameraPermission } from "./camera-permission.ts"
import type { CaptureError } from "../errors.ts"

/** The person's no in this visit, and what the browser said about the permission then. */
let denial: { readonly state: PermissionState | undefined } | undefined

/** Keeps a denial for the rest of the visit (until the page is loaded anew). */
export async function rememberDenial(error: CaptureError): Promise<void> {
  if (error.code === "CAPTURE_DENIED") denial = { state: await cameraPermission() }
}

/**
 * Whoever said no is not asked again in the same visit. What counts as another answer is one given without being asked:
 * a permission granted, or a blocked one set back, in the browser's settings or by its own camera element.
 * @throws CaptureError `CAPTURE_DENIED`
 */
export async function checkDenial(): Promise<void> {
  if (denial === undefined) return
  const state = await cameraPermission()
  if (state !== "granted" && (state === undefined || state === denial.state)) throw cameraError("CAPTURE_DENIED")
  denial = undefined
}
