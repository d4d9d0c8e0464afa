/** Every domain string of this package: what a device signs. */
export const domains = {
  record: "darkslide/v1/record",
  sealing: "darkslide/v1/sealing",
  head: "darkslide/v1/head",
  tombstone: "darkslide/v1/tombstone",
  deviceLogin: "darkslide/v1/device-login",
} as const
