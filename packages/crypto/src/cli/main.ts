#!/usr/bin/env node
import { runProgram } from "./run-program.ts"

await runProgram({
  name: "darkslide",
  about: "Seals files so that only chosen people can open them, as age files (age-encryption.org/v1).",
  commands: {
    keygen: {
      summary: "make a new identity, or show its recipient",
      load: async () => (await import("./keygen.ts")).keygenCommand,
    },
    seal: {
      summary: "seal files and folders for recipients or a passphrase",
      load: async () => (await import("./seal.ts")).sealCommand,
    },
    open: {
      summary: "open sealed files and folders of them",
      load: async () => (await import("./open.ts")).openCommand,
    },
    inspect: {
      summary: "tell what a sealed file shows to anyone, without a key",
      load: async () => (await import("./inspect.ts")).inspectCommand,
    },
    rewrap: {
      summary: "change who can open sealed files, without touching what is in them",
      load: async () => (await import("./rewrap.ts")).rewrapCommand,
    },
    fernet: {
      summary: "seal, open and rotate Fernet tokens",
      load: async () => (await import("./fernet.ts")).fernetCommand,
    },
    import: {
      summary: "take over what older applications left",
      load: async () => (await import("./import.ts")).importCommand,
    },
  },
})
