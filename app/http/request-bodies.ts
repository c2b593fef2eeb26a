import type { IncomingMessage } from 'node:http'

/** Why a body was not read: too large (413), no room for it now (503), or null if its sender hung up. */
export type Unread = 413 | 503 | null

export interface BodyLimits {
  /** The most bytes of one body. */
  readonly bodyBytes: number
  /** The most bytes held for all bodies that are being read. */
  readonly heldBytes: number
  /** The most bodies being read at a time. */
  readonly open: number
}

interface Reading {
  readonly parts: Buffer[]
  bytes: number
  /** The memory its parts take, in bytes. */
  held: number
  readonly settle: (outcome: Buffer | Unread) => void
}

/** A generous estimate of what Node needs for a buffer beside its bytes: a body may come in parts of a single byte. */
const PART_BYTES = 500

/**
 * Reads whole request bodies into memory, within limits for all of them together. If there is no room for another, one that is being read
 * is given up: with too many bodies, the one that began first; with too many bytes, the one that holds the most. A well-behaved sender is
 * done within milliseconds, so it is slow and large senders that lose their place, not the next to come.
 */
class RequestBodies {
  readonly #limits: BodyLimits
  /** In the order in which they began. */
  readonly #open = new Set<Reading>()
  #held = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /** Resolves to the whole body, or to why it was not read. The rest of a body that was not read is dropped. */
  read(request: IncomingMessage): Promise<Buffer | Unread> {
    const { bodyBytes, open } = this.#limits
    request.on('error', () => {}) // a sender that hangs up needs no answer
    return new Promise((resolve) => {
      if (Number(request.headers['content-length'] ?? 0) > bodyBytes) {
        request.resume()
        return resolve(413)
      }
      const reading: Reading = {
        parts: [],
        bytes: 0,
        held: 0,
        settle: (outcome) => {
          if (!this.#open.delete(reading)) return
          this.#held -= reading.held
          reading.parts.length = 0
          resolve(outcome)
        },
      }
      this.#open.add(reading)
      request.on('data', (part: Buffer) => {
        if (this.#open.has(reading)) this.#take(reading, part)
      })
      request.on('end', () => {
        if (this.#open.has(reading)) reading.settle(wholeOf(reading))
      })
      request.on('close', () => reading.settle(null))
      if (this.#open.size > open) first(this.#open)?.settle(503)
    })
  }

  /** How many bodies are being read now, and the memory they take, in bytes. */
  get use(): { readonly open: number; readonly bytes: number } {
    return { open: this.#open.size, bytes: this.#held }
  }

  #take(reading: Reading, part: Buffer): void {
    reading.bytes += part.length
    if (reading.bytes > this.#limits.bodyBytes) {
      reading.settle(413)
      return
    }
    reading.parts.push(part)
    reading.held += part.length + PART_BYTES
    this.#held += part.length + PART_BYTES
    while (this.#held > this.#limits.heldBytes) this.#largest().settle(503)
  }

  #largest(): Reading {
    let found = first(this.#open)!
    for (const reading of this.#open) if (reading.held > found.held) found = reading
    return found
  }
}

function wholeOf({ parts, bytes }: Reading): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes)
}

function first<Element>(set: ReadonlySet<Element>): Element | undefined {
  return set.values().next().value
}

/** For Shopify's deliveries and the pages' forms, all together in this process. */
export const requestBodies = new RequestBodies({ bodyBytes: 1_000_000, heldBytes: 64_000_000, open: 1_000 })
