import { DatabaseSync } from "node:sqlite"
import { memoryLog } from "../../src/hub/memory-log.ts"
import { sqliteLog } from "../../src/node/sqlite-log.ts"
import { roomLogTests } from "./room-log-tests.ts"

roomLogTests("memory", memoryLog)
roomLogTests("SQLite", () => sqliteLog(new DatabaseSync(":memory:")))
