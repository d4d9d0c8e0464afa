import { pino } from "pino"
import { readConfiguration } from "./config.ts"
import { explainStartFailure } from "./explain-start-failure.ts"
import { startServer } from "./start-server.ts"

try {
  const configuration = readConfiguration(process.env)
  const log = pino({ level: configuration.logLevel, base: null }, pino.destination({ dest: 1, sync: true }))
  const server = await startServer(configuration, log)
  const stop = (): void => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.off(signal, stop)
    void server.stop().then(() => log.info("stopped"))
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop)
  process.stdout.write(`Darkslide is at ${server.url}\n`)
} catch (error) {
  process.stderr.write(`${explainStartFailure(error)}\n`)
  process.exitCode = 1
}
