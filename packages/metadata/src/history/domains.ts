/** Every domain string of this package: see the file of this name in crypto. */
export const domains = {
  historySegment: "darkslide/v1/history/segment",
  historyChain: "darkslide/v1/history/chain",
} as const
