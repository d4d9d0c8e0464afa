/** Every domain string of this package, so that no two uses of a key can be mistaken for each other. */
export const domains = {
  loginName: "darkslide/v1/alerts/login-name",
} as const
