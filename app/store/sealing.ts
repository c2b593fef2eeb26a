import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { config, type SealingKey } from '#app/config.server.ts'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** Between the key's id and what it sealed. Base64 has no such character. */
const DOT = '.'

/**
 * Encrypts a secret for the database with AES-256-GCM under the first key. `place` says where it belongs (a table and a key); a value that
 * is moved elsewhere cannot be decrypted. The key's id comes before the value, unless ENCRYPTION_KEY is the only key: the release before
 * ids could not open it.
 */
export function seal(secret: string, place: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, config.sealing.keys[0]!.key, iv).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  const sealed = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
  return `${newestPrefix() ?? ''}${sealed}`
}

/** Decrypts what `seal` returned for the same place. Throws if no key opens it, the place differs, or a bit has changed. */
export function unseal(sealed: string, place: string): string {
  const id = keyIdOf(sealed)
  const bytes = Buffer.from(id === null ? sealed : sealed.slice(id.length + DOT.length), 'base64url')
  // A value tells whether a key is the right one. Its id only tells with which to begin.
  const keys = config.sealing.keys.toSorted((a, b) => Number(b.id === id) - Number(a.id === id))
  let cause: unknown
  for (const { key } of keys) {
    try {
      return openWith(key, bytes, place)
    } catch (error) {
      cause ??= error
    }
  }
  throw new Error(`What is sealed for ${place} does not open: was ENCRYPTION_KEY changed?`, { cause })
}

/** What every value begins with that the first key sealed; null where ids are not written. */
export function newestPrefix(): string | null {
  return config.sealing.writesIds ? `${config.sealing.keys[0]!.id}${DOT}` : null
}

/** The id of the key that sealed a value; null if it was sealed without one. */
export function keyIdOf(sealed: string): string | null {
  const end = sealed.indexOf(DOT)
  return end === -1 ? null : sealed.slice(0, end)
}

function openWith(key: SealingKey['key'], bytes: Buffer, place: string): string {
  const [tagAt, bodyAt] = [IV_BYTES, IV_BYTES + TAG_BYTES]
  const options = { authTagLength: TAG_BYTES } // otherwise Node would accept a shorter one
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, tagAt), options)
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(tagAt, bodyAt))
  return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8')
}
