declare module "http_ece" {
  interface Parameters {
    readonly version: "aes128gcm"
    readonly privateKey: import("node:crypto").ECDH
    readonly authSecret: Uint8Array
  }
  export function decrypt(buffer: Uint8Array, parameters: Parameters): Uint8Array
}
