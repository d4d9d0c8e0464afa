import { certifyDevice, generateSigningSeed, signerFromSeed, toBase64Url } from "@darkslide/crypto"
import type { UnlockedAccount } from "@darkslide/crypto"
import { describe, expect, test } from "vitest"
import { answerOf, json, register } from "../blind-client.ts"
import { problemCode, serverFixture } from "../server-fixture.ts"

const next = async (account: UnlockedAccount, name: string) => {
  const { publicKey } = signerFromSeed(generateSigningSeed())
  return await certifyDevice(account, { device: { publicKey, scope: "full", name }, at: 1_700_000_000_001 })
}
const put = ({ stored }: UnlockedAccount) =>
  json("PUT", { state: toBase64Url(stored.state), keyring: toBase64Url(stored.keyring) })

describe("PUT /v1/account/state", () => {
  test("stores the state that follows, and keeps the one before", async () => {
    const { send, storage } = await serverFixture()
    const { account, send: own } = await register(send, "ada")
    const second = await next(account, "phone")
    expect(await answerOf(await own("/v1/account/state", put(second)))).toEqual({ n: 2 })
    const shown = await answerOf<{ state: string }>(await own("/v1/account"))
    expect(shown.state).toBe(toBase64Url(second.stored.state))
    expect((await storage.accounts.find(account.accountId))?.stateNumber).toBe(2)
  })

  test("gives whoever came second the current one to merge with", async () => {
    const { send } = await serverFixture()
    const { account, send: own } = await register(send, "ada")
    const [phone, laptop] = [await next(account, "phone"), await next(account, "laptop")]
    const answers = await Promise.all([own("/v1/account/state", put(phone)), own("/v1/account/state", put(laptop))])
    const lost = answers.find(({ status }) => status === 409)
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409"])
    const winner = answers[0]?.status === 200 ? phone : laptop
    expect(await lost?.json()).toMatchObject({
      code: "STATE_CONFLICT",
      current: { state: toBase64Url(winner.stored.state), keyring: toBase64Url(winner.stored.keyring) },
    })
    expect(await problemCode(await own("/v1/account/state", put(account)))).toBe("STATE_CONFLICT")
  })

  test("refuses a state of another account, and one whose keyring is another", async () => {
    const { send } = await serverFixture()
    const ada = await register(send, "ada")
    const eve = await register(send, "eve")
    expect(await problemCode(await ada.send("/v1/account/state", put(await next(eve.account, "x"))))).toBe(
      "STATE_INVALID",
    )
    const second = await next(ada.account, "phone")
    const mixed = { ...second, stored: { ...second.stored, keyring: ada.account.stored.keyring } }
    expect(await problemCode(await ada.send("/v1/account/state", put(mixed)))).toBe("STATE_INVALID")
  })
})
