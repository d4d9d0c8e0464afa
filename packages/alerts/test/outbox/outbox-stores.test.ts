import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { describe } from "vitest"
import { memoryStore } from "../../src/memory/memory-store.ts"
import { openSqliteStore } from "../../src/node/sqlite.ts"
import { openPostgresStore } from "../../src/postgres.ts"
import { alertStoreSuite } from "../engine/alert-store-suite.ts"
import { hasPostgres, startPostgres } from "../postgres-server.ts"
import { outboxStoreSuite } from "./outbox-store-suite.ts"

async function openMemory() {
  return { store: memoryStore(), close: async () => undefined }
}

async function openSqlite() {
  const folder = mkdtempSync(join(tmpdir(), "alerts-"))
  const store = await openSqliteStore(join(folder, "alerts.db"))
  const close = async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  }
  return { store, close }
}

async function openPostgres() {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.url })
  const close = async () => {
    await pool.end()
    await server[Symbol.asyncDispose]()
  }
  return { store: await openPostgresStore(pool), close }
}

for (const suite of [outboxStoreSuite, alertStoreSuite]) {
  suite("memory", openMemory)
  suite("node:sqlite", openSqlite)
  describe.skipIf(!hasPostgres)("with PostgreSQL installed", () => {
    suite("PostgreSQL", openPostgres)
  })
}
