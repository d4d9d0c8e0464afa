/**
 * A description for a unit, without our addresses: it answers where our packets come from (ICE lite, RFC 8445 section 2.5), and
 * learns no other address of ours.
 */
export function withoutAddresses(sdp: string): string {
  return sdp
    .replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gmu, "")
    .replace(/^c=IN IP[46] .*$/gmu, "c=IN IP4 0.0.0.0")
    .replace(/^a=rtcp:.*\r?\n/gmu, "")
    .replace(/^m=(audio|video) \d+ /gmu, "m=$1 9 ")
}
