import type { Browser, Page } from "playwright"
import { expect } from "vitest"
import type { CallOptions } from "../../../src/media/join-call.ts"
import type { Unit } from "../call-page.ts"
import { openPage } from "./chromium.ts"

/** Somebody whose browser shows the call page. */
export interface Caller {
  readonly name: string
  readonly page: Page
}

/** Between the numbers of two cameras' first pictures. */
const apart = 10_000

/** People in one room, each in a browser's profile of their own. */
export async function gather(browser: Browser, origin: string, ...names: string[]): Promise<readonly Caller[]> {
  const callers: Caller[] = []
  let fragment = ""
  for (const name of names) {
    const page = await openPage(browser, origin)
    if (fragment === "") fragment = await page.evaluate((own) => window.person.create(own), name)
    else await page.evaluate(([own, link]) => window.person.join(own, link), [name, fragment] as const)
    callers.push({ name, page })
  }
  return callers
}

/** @param index - Of this person: their camera's numbers are far from everybody else's. */
export async function enter(
  { page }: Caller,
  index: number,
  unit: Unit | undefined,
  options: CallOptions = {},
): Promise<void> {
  await page.evaluate(async ([start, given, through]) => await window.person.enter(start, given, through), [
    index * apart,
    options,
    unit,
  ] as const)
}

/** Waits for pictures that were painted after this call. */
export async function expectToSee(watcher: Caller, watched: Caller, count = 5): Promise<void> {
  const from = await watched.page.evaluate(() => window.person.camera?.last() ?? 0)
  const fresh = async (): Promise<number> => {
    const numbers = await watcher.page.evaluate((name) => window.person.seen(name).slice(-200), watched.name)
    return numbers.filter((number) => number > from && number < from + apart).length
  }
  await expect.poll(fresh, { message: `${watcher.name} sees ${watched.name}` }).toBeGreaterThanOrEqual(count)
}

export async function expectAllToSee(callers: readonly Caller[]): Promise<void> {
  for (const watcher of callers)
    for (const watched of callers) if (watched !== watcher) await expectToSee(watcher, watched)
}

/** Waits until what somebody hears of another is a tone of so many hertz; 0: nothing. */
export async function expectToHear(listener: Caller, { name }: Caller, hertz: number): Promise<void> {
  const heard = async (): Promise<number> => await listener.page.evaluate((whose) => window.person.pitch(whose), name)
  // The spectrum is read in steps of 12 hertz.
  await expect.poll(async () => Math.abs((await heard()) - hertz), { message: `hears ${name}` }).toBeLessThan(12)
}

export async function told({ page }: Caller): Promise<readonly string[]> {
  return await page.evaluate(() => window.person.told())
}

export async function kick({ page }: Caller, name: string): Promise<void> {
  await page.evaluate(async (whom) => {
    const { room } = window.person
    const member = room?.members.find((one) => one.name === whom)
    if (room && member) await room.kick(member)
  }, name)
}
