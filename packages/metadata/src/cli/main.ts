#!/usr/bin/env node
import { runProgram } from "@darkslide/crypto/cli"

await runProgram({
  name: "darkslide-metadata",
  about: "Reads, removes and changes what photos and clips say about themselves, without touching the picture.",
  commands: {
    read: {
      summary: "tell what is in files: a table, or all of it as JSON Lines",
      load: async () => (await import("./read.ts")).readCommand,
    },
    scrub: {
      summary: "remove everything but the picture, or only the place",
      load: async () => (await import("./scrub.ts")).scrubCommand,
    },
    edit: {
      summary: "set artist, copyright, date, place and the like, and lose nothing else",
      load: async () => (await import("./edit.ts")).editCommand,
    },
    diff: {
      summary: "tell in what two files differ, tag by tag",
      load: async () => (await import("./diff.ts")).diffCommand,
    },
  },
})
