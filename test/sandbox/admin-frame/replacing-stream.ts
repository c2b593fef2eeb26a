import { Transform, type TransformCallback } from 'node:stream'

/** Replaces a text while it flows, also where it is split between two chunks. Both texts are plain ASCII. */
export class ReplacingStream extends Transform {
  readonly #found: string
  readonly #replacement: string
  #kept = ''

  constructor(found: string, replacement: string) {
    super()
    this.#found = found
    this.#replacement = replacement
  }

  /** Byte for byte, which is what latin1 means here: no other character can be cut in two. */
  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    const text = (this.#kept + chunk.toString('latin1')).replaceAll(this.#found, this.#replacement)
    const keep = this.#beginningAtEnd(text)
    this.#kept = text.slice(text.length - keep)
    done(null, Buffer.from(text.slice(0, text.length - keep), 'latin1'))
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.#kept, 'latin1'))
  }

  /** How much of the end could be the beginning of what is looked for; the rest need not wait. */
  #beginningAtEnd(text: string): number {
    for (let length = Math.min(this.#found.length - 1, text.length); length > 0; length--) {
      if (text.endsWith(this.#found.slice(0, length))) return length
    }
    return 0
  }
}
