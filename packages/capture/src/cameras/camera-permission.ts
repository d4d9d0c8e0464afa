/** `undefined` where the browser does not tell. */
export async function cameraPermission(): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state
  } catch (error) {
    // Firefox before 134 has no "camera" permission to ask for, and says so with a TypeError; so has a browser
    // without `navigator.permissions`.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
