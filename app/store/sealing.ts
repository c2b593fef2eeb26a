import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { config } from '#app/config.server.ts'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a secret for the database with AES-256-GCM under ENCRYPTION_KEY. `place` says where it belongs (a table and a key); a value that
 * is moved elsewhere cannot be decrypted.
 */
export function seal(secret: string, place: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, config.encryptionKey, iv).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** Decrypts what `seal` returned for the same place. Throws if the key or the place differs, or a bit has changed. */
export function unseal(sealed: string, place: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const [tagAt, bodyAt] = [IV_BYTES, IV_BYTES + TAG_BYTES]
  try {
    const options = { authTagLength: TAG_BYTES } // otherwise Node would accept a shorter one
    const decipher = createDecipheriv(ALGORITHM, config.encryptionKey, bytes.subarray(0, tagAt), options)
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(tagAt, bodyAt))
    return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new Error(`What is sealed for ${place} does not open: was ENCRYPTION_KEY changed?`, { cause: error })
  }
}
