import type { IncomingMessage } from 'node:http'

/** Why a body was not read: too large (413), no room for it now (503), or null if its sender hung up. */
export type Unread = 413 | 503 | null

export interface BodyLimits {
  /** Of one body. */
  readonly bodyBytes: number
  /** Held for all bodies that are being read. */
  readonly heldBytes: number
  /** Bodies being read at a time. */
  readonly open: number
}

interface Reading {
  /** What has come so far is its first `bytes` bytes. */
  held: Buffer
  bytes: number
  readonly settle: (outcome: Buffer | Unread) => void
}

const NOTHING = Buffer.alloc(0)

/**
 * Reads whole request bodies into memory, within limits for all of them together. Where there is no room for another, a body that is
 * being read gives way: of too many, the one that began first; of too many bytes, the one that holds the most. A sender that does as
 * it should is done within milliseconds, so that it is the slow and the large ones who give way, not whoever comes next.
 */
export class RequestBodies {
  readonly #limits: BodyLimits
  /** In the order in which they began. */
  readonly #open = new Set<Reading>()
  #held = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /** Resolves to the whole body, or to why it was not read. What comes after that of a body that was not read is thrown away. */
  read(request: IncomingMessage): Promise<Buffer | Unread> {
    const { bodyBytes, open } = this.#limits
    request.on('error', () => {}) // a sender that hangs up gets no answer, and none is missed
    return new Promise((resolve) => {
      if (Number(request.headers['content-length'] ?? 0) > bodyBytes) {
        request.resume()
        return resolve(413)
      }
      const reading: Reading = {
        held: NOTHING,
        bytes: 0,
        settle: (outcome) => {
          this.#held -= reading.held.length
          reading.held = NOTHING
          this.#open.delete(reading)
          resolve(outcome)
        },
      }
      this.#open.add(reading)
      request.on('data', (part: Buffer) => {
        if (this.#open.has(reading)) this.#take(reading, part)
      })
      request.on('end', () => reading.settle(reading.held.subarray(0, reading.bytes)))
      request.on('close', () => reading.settle(null))
      if (this.#open.size > open) first(this.#open)?.settle(503)
    })
  }

  #take(reading: Reading, part: Buffer): void {
    const bytes = reading.bytes + part.length
    if (bytes > this.#limits.bodyBytes) {
      reading.settle(413)
      return
    }
    const before = reading.held.length
    if (before === 0) reading.held = part
    else {
      if (bytes > before) reading.held = grown(reading, Math.min(this.#limits.bodyBytes, Math.max(bytes, before * 2)))
      part.copy(reading.held, reading.bytes)
    }
    reading.bytes = bytes
    this.#held += reading.held.length - before
    while (this.#held > this.#limits.heldBytes) this.#largest().settle(503)
  }

  #largest(): Reading {
    let found = first(this.#open)!
    for (const reading of this.#open) if (reading.held.length > found.held.length) found = reading
    return found
  }
}

/** Room is doubled, so that a body that comes in a million parts is not copied a million times. */
function grown({ held, bytes }: Reading, size: number): Buffer {
  const room = Buffer.allocUnsafeSlow(size)
  held.copy(room, 0, 0, bytes)
  return room
}

function first<Element>(set: ReadonlySet<Element>): Element | undefined {
  return set.values().next().value
}

/** Of Shopify's deliveries and of the pages' forms, all together in this process. */
export const requestBodies = new RequestBodies({ bodyBytes: 1_000_000, heldBytes: 64_000_000, open: 1_000 })
