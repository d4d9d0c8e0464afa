import { stretchPassword } from "@darkslide/crypto"

/** Runs in a worker: Argon2id takes about a second, and the page must not stand still for it. */
addEventListener("message", (event: MessageEvent<Uint8Array>) => {
  void stretchPassword(event.data).then((stretched) => postMessage(stretched))
})
