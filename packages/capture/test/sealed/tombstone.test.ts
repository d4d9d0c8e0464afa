import { revokeDevice } from "@darkslide/crypto"
import { openTombstone, signTombstone } from "@darkslide/capture"
import { describe, expect, test } from "vitest"
import { addDevice, newAccount, noHash, strangerFor } from "./sealing-fixture.ts"

const target = { captureId: "AAAAAAAAAAAAAAAAAAAAAA", recordHash: noHash }

describe("openTombstone()", () => {
  test("reads what a full device of the account signed", async () => {
    const { account, device } = await newAccount()
    const tombstone = openTombstone(await signTombstone(target, { device, at: 5 }), account.state)
    expect(tombstone).toMatchObject({ ...target, at: 5, accountId: account.accountId, deviceId: device.deviceId })
  })

  test("refuses strangers, devices that may only add, revoked ones, and other accounts", async () => {
    const { account, device } = await newAccount()
    const adding = await addDevice(account, "capture")
    const last = { lastSeq: 0, lastHash: noHash }
    const revoked = await revokeDevice(account, { deviceId: device.deviceId, last, at: 3 })
    const cases = [
      [strangerFor(account), account.state, "CAPTURE_UNSIGNED"],
      [adding.device, adding.account.state, "CAPTURE_UNSIGNED"],
      [device, revoked.state, "CAPTURE_UNSIGNED"],
      [{ ...device, accountId: (await newAccount()).account.accountId }, account.state, "CAPTURE_FOREIGN"],
    ] as const
    for (const [signer, state, code] of cases) {
      const document = await signTombstone(target, { device: signer, at: 5 })
      expect(() => openTombstone(document, state)).toThrow(expect.objectContaining({ code }) as Error)
    }
  })
})
