/**
 * Every domain string of this package, so that no two uses of a key can be mistaken for each other: HKDF infos,
 * additional data and signatures. Other packages keep theirs in a file of the same name.
 */
export const domains = {
  keyCommitment: "darkslide/v1/commit",
  passwordWrap: "darkslide/v1/wrap/password",
  wrap: "darkslide/v1/wrap",
  keyring: "darkslide/v1/keyring",
  accountState: "darkslide/v1/account-state",
} as const
