import { generateVapidKeys, type VapidKeys } from "@darkslide/alerts/web-push"
import { readFile } from "node:fs/promises"
import * as z from "zod"
import { writeDurably } from "../storage/durable-files.ts"

const schema = z.strictObject({ publicKey: z.string(), privateKey: z.string() })

/** Reads `vapid.json`, or makes it (mode 0600) at the first start. Losing it ends every browser's subscription. */
export async function openVapidKeys(path: string): Promise<VapidKeys> {
  const known = await readIfThere(path)
  if (known !== undefined) return schema.parse(JSON.parse(known))
  const made = generateVapidKeys()
  await writeDurably(path, `${JSON.stringify(made, undefined, 2)}\n`)
  return made
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
