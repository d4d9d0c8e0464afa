import { listCameras, type CameraInfo } from "@darkslide/capture"
import { generateKeyPair, open, seal, type Recipient } from "@darkslide/crypto"
import { isDarkslideError, type DarkslideError } from "@darkslide/crypto/errors"
import { parseInvite, type Invite } from "@darkslide/rooms"
import { createHub, memoryLog, type Hub } from "@darkslide/rooms/server"

const me = generateKeyPair()
const to: readonly Recipient[] = [me.recipient]
export const sealed: Uint8Array = await seal(new Uint8Array([1]), { to })
export const opened: Uint8Array = await open(sealed, { with: [me] })
export const cameras: readonly CameraInfo[] = await listCameras()
export const hub: Hub = createHub({ log: memoryLog() })
export const invite = (link: string): Invite => parseInvite(link)
export const codeOf = (error: unknown): string | undefined => (isDarkslideError(error) ? known(error) : undefined)

const known = (error: DarkslideError): string => error.code
