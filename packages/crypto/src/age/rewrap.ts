import { formatHeader, openHeader, parseHeader, sealHeader, wrapForAll, type HeaderLimits } from "./header.ts"
import { checkLabels, labelsOfStanza } from "./labels.ts"
import type { Identity, Recipient, Stanza } from "./recipient.ts"

interface RewrapWith {
  /** Tried in this order; the first that matches opens the header. */
  readonly with: readonly Identity[]
  readonly limits?: HeaderLimits | undefined
}

/** Only these can open the file from now on. */
export interface RewrapTo extends RewrapWith {
  readonly to: readonly Recipient[]
  readonly add?: undefined
  readonly remove?: undefined
}

/** Who can open the file stays, but for those of `remove`, and `add` come to them. */
export interface RewrapAdd extends RewrapWith {
  readonly add?: readonly Recipient[] | undefined
  /**
   * Which stanzas go; the others stay byte for byte. A stanza does not say whose it is (only `ssh-…` and tag stanzas
   * name a key), so it is told by its type or by the place that its recipient had when the file was sealed; where
   * neither is known, give the whole list as `to`.
   */
  readonly remove?: ((stanza: Stanza, index: number) => boolean) | undefined
  readonly to?: undefined
}

/**
 * Makes another header for the same file key: who can open the file changes, the payload does not. Put the new header
 * before the old payload.
 *
 * It locks nobody out who could open the file before: he may have kept the file key, or the old header, and the payload
 * stays under that key. Against him, seal the plaintext anew.
 * @param header - The header alone, as {@link splitFile} gives it. Its MAC is checked first.
 * @returns the new header.
 * @throws CryptoError as {@link openHeader}; TypeError for recipients that must not be mixed, and RangeError when none
 * is left, as {@link sealHeader}.
 *
 * @example
 * ```ts
 * const [me, friend] = [generateKeyPair(), generateKeyPair()]
 * const { header, payload } = splitFile(await seal(new Uint8Array([7]), { to: [me.recipient] }))
 * const shared = await rewrap(header, { with: [me], add: [friend.recipient] })
 * assert.deepEqual(await open(new Uint8Array([...shared, ...payload]), { with: [friend] }), new Uint8Array([7]))
 * ```
 */
export async function rewrap(header: Uint8Array, options: RewrapTo | RewrapAdd): Promise<Uint8Array> {
  const fileKey = await openHeader(header, options)
  if (options.to) return await sealHeader(fileKey, { to: options.to })
  const { remove = () => false, add = [] } = options
  const kept = parseHeader(header, options.limits).stanzas.filter((stanza, index) => !remove(stanza, index))
  if (kept.length + add.length === 0) throw new RangeError("at least one stanza must be kept or recipient added")
  // Stanzas that are kept were not chosen now: a file that was mixed before may stay so, but does not become it.
  if (add.length > 0) checkLabels([...kept.map(labelsOfStanza), ...add.map((recipient) => recipient.labels ?? [])])
  return formatHeader(fileKey, [...kept, ...(await wrapForAll(fileKey, add))])
}
