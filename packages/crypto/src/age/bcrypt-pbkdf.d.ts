declare module "bcrypt-pbkdf" {
  /** OpenBSD's bcrypt_pbkdf. Fills `key`; returns -1 for an empty passphrase, salt or key, else 0. */
  function pbkdf(
    passphrase: Uint8Array,
    passphraseBytes: number,
    salt: Uint8Array,
    saltBytes: number,
    key: Uint8Array,
    keyBytes: number,
    rounds: number,
  ): number
  const bcrypt: { readonly pbkdf: typeof pbkdf }
  export default bcrypt
}
