// ChaCha20-Poly1305 (RFC 8439) for WebAssembly with SIMD, in AssemblyScript. One key, nonce and chunk at a time, in
// place; `build.mjs` compiles it, and a test compares the result with the committed one.
//
// Memory: what a caller writes and reads lies at fixed addresses.

/** 32 bytes. */
export const keyAt: usize = 1024
/** 12 bytes. */
export const nonceAt: usize = 1056
/** A chunk of up to 64 KiB; sealing leaves the 16-byte tag right behind it, opening expects it there. */
export const chunkAt: usize = 4096

const tagAt: usize = 1072
const oneTimeKeyAt: usize = 1088
const scratchAt: usize = 1152

const tagBytes: u32 = 16

/** Encrypts `length` bytes at `chunkAt` and appends the tag (section 2.8). */
export function seal(length: u32): void {
  makeOneTimeKey()
  cipher(length)
  authenticate(length)
  v128.store(chunkAt + length, v128.load(tagAt))
}

/** Whether the tag behind `length` bytes at `chunkAt` holds; if so they are decrypted. */
export function open(length: u32): bool {
  makeOneTimeKey()
  authenticate(length)
  const difference = v128.xor(v128.load(tagAt), v128.load(chunkAt + length))
  if (v128.any_true(difference)) return false
  cipher(length)
  return true
}

/** Overwrites key, nonce, chunk and everything derived from them. */
export function wipe(): void {
  memory.fill(keyAt, 0, chunkAt + 65536 + tagBytes - keyAt)
}

// ---- ChaCha20 (section 2.4), four blocks at a time: lane i of every vector belongs to block counter + i.

/** The Poly1305 key is the first half of block 0 (section 2.6). */
function makeOneTimeKey(): void {
  memory.fill(scratchAt, 0, 256)
  xorBlocks(scratchAt, 0)
  memory.copy(oneTimeKeyAt, scratchAt, 32)
}

/** XORs the key stream from block 1 on into the chunk. */
function cipher(length: u32): void {
  let counter: u32 = 1
  let at = chunkAt
  let left = length
  for (; left >= 256; left -= 256) {
    xorBlocks(at, counter)
    counter += 4
    at += 256
  }
  if (left === 0) return
  memory.fill(scratchAt, 0, 256)
  memory.copy(scratchAt, at, left)
  xorBlocks(scratchAt, counter)
  memory.copy(at, scratchAt, left)
}

@inline
function splat(address: usize): v128 {
  return v128.load32_splat(address)
}

@inline
function rotateLeft16(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
}

@inline
function rotateLeft12(v: v128): v128 {
  return v128.or(i32x4.shl(v, 12), i32x4.shr_u(v, 20))
}

@inline
function rotateLeft8(v: v128): v128 {
  return v128.shuffle<u8>(v, v, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)
}

@inline
function rotateLeft7(v: v128): v128 {
  return v128.or(i32x4.shl(v, 7), i32x4.shr_u(v, 25))
}

/** XORs 256 bytes of key stream, blocks `counter` to `counter + 3`, into the bytes at `at`. */
function xorBlocks(at: usize, counter: u32): void {
  const c0 = i32x4.splat(0x61707865)
  const c1 = i32x4.splat(0x3320646e)
  const c2 = i32x4.splat(0x79622d32)
  const c3 = i32x4.splat(0x6b206574)
  const k0 = splat(keyAt)
  const k1 = splat(keyAt + 4)
  const k2 = splat(keyAt + 8)
  const k3 = splat(keyAt + 12)
  const k4 = splat(keyAt + 16)
  const k5 = splat(keyAt + 20)
  const k6 = splat(keyAt + 24)
  const k7 = splat(keyAt + 28)
  const counters = i32x4.add(i32x4.splat(counter), i32x4(0, 1, 2, 3))
  const n0 = splat(nonceAt)
  const n1 = splat(nonceAt + 4)
  const n2 = splat(nonceAt + 8)

  let x0 = c0, x1 = c1, x2 = c2, x3 = c3
  let x4 = k0, x5 = k1, x6 = k2, x7 = k3
  let x8 = k4, x9 = k5, x10 = k6, x11 = k7
  let x12 = counters, x13 = n0, x14 = n1, x15 = n2

  for (let round = 0; round < 10; round++) {
    // Columns: the four quarter rounds side by side, so that no step waits for the one before.
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7)
    x12 = rotateLeft16(v128.xor(x12, x0)); x13 = rotateLeft16(v128.xor(x13, x1))
    x14 = rotateLeft16(v128.xor(x14, x2)); x15 = rotateLeft16(v128.xor(x15, x3))
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15)
    x4 = rotateLeft12(v128.xor(x4, x8)); x5 = rotateLeft12(v128.xor(x5, x9))
    x6 = rotateLeft12(v128.xor(x6, x10)); x7 = rotateLeft12(v128.xor(x7, x11))
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7)
    x12 = rotateLeft8(v128.xor(x12, x0)); x13 = rotateLeft8(v128.xor(x13, x1))
    x14 = rotateLeft8(v128.xor(x14, x2)); x15 = rotateLeft8(v128.xor(x15, x3))
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15)
    x4 = rotateLeft7(v128.xor(x4, x8)); x5 = rotateLeft7(v128.xor(x5, x9))
    x6 = rotateLeft7(v128.xor(x6, x10)); x7 = rotateLeft7(v128.xor(x7, x11))

    // Diagonals.
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4)
    x15 = rotateLeft16(v128.xor(x15, x0)); x12 = rotateLeft16(v128.xor(x12, x1))
    x13 = rotateLeft16(v128.xor(x13, x2)); x14 = rotateLeft16(v128.xor(x14, x3))
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14)
    x5 = rotateLeft12(v128.xor(x5, x10)); x6 = rotateLeft12(v128.xor(x6, x11))
    x7 = rotateLeft12(v128.xor(x7, x8)); x4 = rotateLeft12(v128.xor(x4, x9))
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4)
    x15 = rotateLeft8(v128.xor(x15, x0)); x12 = rotateLeft8(v128.xor(x12, x1))
    x13 = rotateLeft8(v128.xor(x13, x2)); x14 = rotateLeft8(v128.xor(x14, x3))
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14)
    x5 = rotateLeft7(v128.xor(x5, x10)); x6 = rotateLeft7(v128.xor(x6, x11))
    x7 = rotateLeft7(v128.xor(x7, x8)); x4 = rotateLeft7(v128.xor(x4, x9))
  }

  xorRows(at, i32x4.add(x0, c0), i32x4.add(x1, c1), i32x4.add(x2, c2), i32x4.add(x3, c3))
  xorRows(at + 16, i32x4.add(x4, k0), i32x4.add(x5, k1), i32x4.add(x6, k2), i32x4.add(x7, k3))
  xorRows(at + 32, i32x4.add(x8, k4), i32x4.add(x9, k5), i32x4.add(x10, k6), i32x4.add(x11, k7))
  xorRows(at + 48, i32x4.add(x12, counters), i32x4.add(x13, n0), i32x4.add(x14, n1), i32x4.add(x15, n2))
}

/** Turns four words of four blocks into 16 bytes of each block, and XORs them into the blocks, 64 bytes apart. */
@inline
function xorRows(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const abLow = v128.shuffle<u32>(a, b, 0, 4, 1, 5)
  const abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7)
  const cdLow = v128.shuffle<u32>(c, d, 0, 4, 1, 5)
  const cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7)
  xorAt(at, v128.shuffle<u64>(abLow, cdLow, 0, 2))
  xorAt(at + 64, v128.shuffle<u64>(abLow, cdLow, 1, 3))
  xorAt(at + 128, v128.shuffle<u64>(abHigh, cdHigh, 0, 2))
  xorAt(at + 192, v128.shuffle<u64>(abHigh, cdHigh, 1, 3))
}

@inline
function xorAt(at: usize, v: v128): void {
  v128.store(at, v128.xor(v128.load(at), v))
}

// ---- Poly1305 (section 2.5) with five limbs of 26 bits. Scalar: vectors gain nothing here.

const limbMask: u64 = 0x3ffffff

let h0: u64 = 0
let h1: u64 = 0
let h2: u64 = 0
let h3: u64 = 0
let h4: u64 = 0

/** Leaves the tag of the ciphertext (no additional data) at `tagAt`. */
function authenticate(length: u32): void {
  h0 = h1 = h2 = h3 = h4 = 0
  const whole = length >> 4
  const rest = length & 15
  absorb(chunkAt, whole)
  if (rest !== 0) {
    memory.fill(scratchAt, 0, 16)
    memory.copy(scratchAt, chunkAt + (whole << 4), rest)
    absorb(scratchAt, 1)
  }
  store<u64>(scratchAt, 0)
  store<u64>(scratchAt, length as u64, 8)
  absorb(scratchAt, 1)
  finish()
}

/** Takes in `blocks` blocks of 16 bytes: h = (h + block + 2^128) * r mod 2^130 - 5. */
function absorb(from: usize, blocks: u32): void {
  const t0: u64 = load<u32>(oneTimeKeyAt)
  const t1: u64 = load<u32>(oneTimeKeyAt + 4)
  const t2: u64 = load<u32>(oneTimeKeyAt + 8)
  const t3: u64 = load<u32>(oneTimeKeyAt + 12)
  const r0 = t0 & 0x3ffffff
  const r1 = ((t0 >> 26) | (t1 << 6)) & 0x3ffff03
  const r2 = ((t1 >> 20) | (t2 << 12)) & 0x3ffc0ff
  const r3 = ((t2 >> 14) | (t3 << 18)) & 0x3f03fff
  const r4 = (t3 >> 8) & 0x00fffff
  const s1 = r1 * 5
  const s2 = r2 * 5
  const s3 = r3 * 5
  const s4 = r4 * 5
  let a0 = h0
  let a1 = h1
  let a2 = h2
  let a3 = h3
  let a4 = h4
  for (let block: u32 = 0; block < blocks; block++) {
    const low = load<u64>(from)
    const high = load<u64>(from, 8)
    from += 16
    a0 += low & limbMask
    a1 += (low >> 26) & limbMask
    a2 += ((low >> 52) | (high << 12)) & limbMask
    a3 += (high >> 14) & limbMask
    a4 += (high >> 40) | 0x1000000
    const d0 = a0 * r0 + a1 * s4 + a2 * s3 + a3 * s2 + a4 * s1
    let d1 = a0 * r1 + a1 * r0 + a2 * s4 + a3 * s3 + a4 * s2
    let d2 = a0 * r2 + a1 * r1 + a2 * r0 + a3 * s4 + a4 * s3
    let d3 = a0 * r3 + a1 * r2 + a2 * r1 + a3 * r0 + a4 * s4
    let d4 = a0 * r4 + a1 * r3 + a2 * r2 + a3 * r1 + a4 * r0
    d1 += d0 >> 26
    d2 += d1 >> 26
    d3 += d2 >> 26
    d4 += d3 >> 26
    a0 = (d0 & limbMask) + (d4 >> 26) * 5
    a1 = (d1 & limbMask) + (a0 >> 26)
    a0 &= limbMask
    a2 = d2 & limbMask
    a3 = d3 & limbMask
    a4 = d4 & limbMask
  }
  h0 = a0
  h1 = a1
  h2 = a2
  h3 = a3
  h4 = a4
}

/** Reduces h fully, adds the second half of the one-time key, and stores the tag. */
function finish(): void {
  let carry = h1 >> 26
  h1 &= limbMask
  h2 += carry
  carry = h2 >> 26
  h2 &= limbMask
  h3 += carry
  carry = h3 >> 26
  h3 &= limbMask
  h4 += carry
  carry = h4 >> 26
  h4 &= limbMask
  h0 += carry * 5
  carry = h0 >> 26
  h0 &= limbMask
  h1 += carry

  // h - p, taken when it is not negative, without a branch.
  const g0 = h0 + 5
  const g1 = h1 + (g0 >> 26)
  const g2 = h2 + (g1 >> 26)
  const g3 = h3 + (g2 >> 26)
  const g4 = h4 + (g3 >> 26) - (1 << 26)
  const take: u64 = (g4 >> 63) - 1
  const keep = ~take
  const f0 = (h0 & keep) | (g0 & limbMask & take)
  const f1 = (h1 & keep) | (g1 & limbMask & take)
  const f2 = (h2 & keep) | (g2 & limbMask & take)
  const f3 = (h3 & keep) | (g3 & limbMask & take)
  const f4 = (h4 & keep) | (g4 & take)

  let sum = ((f0 | (f1 << 26)) & 0xffffffff) + load<u32>(oneTimeKeyAt + 16)
  store<u32>(tagAt, sum as u32)
  sum = (((f1 >> 6) | (f2 << 20)) & 0xffffffff) + load<u32>(oneTimeKeyAt + 20) + (sum >> 32)
  store<u32>(tagAt + 4, sum as u32)
  sum = (((f2 >> 12) | (f3 << 14)) & 0xffffffff) + load<u32>(oneTimeKeyAt + 24) + (sum >> 32)
  store<u32>(tagAt + 8, sum as u32)
  sum = (((f3 >> 18) | (f4 << 8)) & 0xffffffff) + load<u32>(oneTimeKeyAt + 28) + (sum >> 32)
  store<u32>(tagAt + 12, sum as u32)
}
