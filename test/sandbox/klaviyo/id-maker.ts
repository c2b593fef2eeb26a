import { seededRandom } from './seeded-random.ts'

const CROCKFORD = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 'latin1')
const SHORT_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
const TIME_LENGTH = 10
const ULID_LENGTH = 26

/** Makes the ids of a stand-in; the same calls yield the same ids. */
export class IdMaker {
  readonly #random: () => number
  readonly #letters = Buffer.alloc(ULID_LENGTH)
  #writtenTime = -1
  #sequence = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** A profile's id. Ids made later sort later: after the time comes a number that counts up, then chance. */
  ulid(now: number): string {
    if (now !== this.#writtenTime) {
      this.#encode(now, 0, TIME_LENGTH)
      this.#writtenTime = now
    }
    this.#sequence += 1
    this.#encode(this.#sequence, TIME_LENGTH, 8)
    this.#encode(Math.floor(this.#random() * 2 ** 40), TIME_LENGTH + 8, 8)
    return this.#letters.toString('latin1')
  }

  /** Lists, metrics and the like have six letters, such as Y6nRLr. */
  short(): string {
    let id = ''
    for (let i = 0; i < 6; i++) id += SHORT_ALPHABET[Math.floor(this.#random() * SHORT_ALPHABET.length)]
    return id
  }

  /** An import job's id is opaque: base64url of who, which and when. */
  job(accountId: string, now: number): string {
    const plain = `${accountId}_maintenance.${this.short()}.${Math.floor(now / 1000)}.${this.short()}`
    return Buffer.from(plain).toString('base64url')
  }

  #encode(value: number, from: number, length: number): void {
    let rest = value
    for (let i = from + length - 1; i >= from; i--) {
      this.#letters[i] = CROCKFORD[rest % 32]!
      rest = Math.floor(rest / 32)
    }
  }
}
