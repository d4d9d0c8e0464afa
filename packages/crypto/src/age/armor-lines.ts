/** The first and the last line of an armored age file (RFC 7468 section 3, label "AGE ENCRYPTED FILE"). */
export const armorBegin = "-----BEGIN AGE ENCRYPTED FILE-----"
export const armorEnd = "-----END AGE ENCRYPTED FILE-----"

/** Every line of the body but the last has this many characters. */
export const armorColumns = 64

/** Bytes of white space allowed before the first line, and after the last. */
export const maxArmorSpaceBytes = 1024
