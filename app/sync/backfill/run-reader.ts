import { channel } from 'node:diagnostics_channel'
import { REMOTE_ANSWER } from '#app/core/flow/remote-answer.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-fields.ts'
import { type FileChunk, readBulkFile } from '#app/shopify/bulk-file.ts'

// About as much as one import takes: a customer's line is somewhat longer than its profile.
const CHUNK_BYTES = 3_000_000

const remoteAnswer = channel(REMOTE_ANSWER)

/**
 * Keeps a run's file open between chunks, so that a turn with a shop reads it in one stream. The next chunk is read while the last one is
 * being delivered.
 */
export class RunReader {
  #operation: string | null = null
  #chunks: AsyncGenerator<FileChunk> | null = null
  #next: Promise<IteratorResult<FileChunk>> | null = null
  #position = 0
  #closing = new AbortController()

  /** Returns the chunk at `byteOffset`; null at the file's end, or when `file` returns null. Throws errors of the stream. */
  async chunkAt(
    { operation, metafields }: { operation: string; metafields: readonly MetafieldKey[] },
    byteOffset: number,
    file: () => Promise<URL | null>,
  ): Promise<FileChunk | null> {
    if (this.#operation !== operation || this.#position !== byteOffset || !this.#next) {
      await this.close()
      const address = await file()
      if (!address) return null
      this.#operation = operation
      this.#position = byteOffset
      const { signal } = this.#closing
      this.#chunks = readBulkFile(address, { from: byteOffset, chunkBytes: CHUNK_BYTES, metafields, signal })
      this.#next = this.#ask()
    }
    remoteAnswer.publish(this.#next)
    const read = await this.#next.catch(async (error) => {
      await this.close()
      throw error
    })
    if (read?.done ?? true) return null
    this.#position = read.value.to
    this.#next = this.#ask()
    return read.value
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#closing = new AbortController()
    // Errors of the aborted stream are ignored.
    await this.#next?.catch(() => {})
    await this.#chunks?.return(undefined).catch(() => {})
    this.#chunks = null
    this.#next = null
    this.#operation = null
  }

  #ask(): Promise<IteratorResult<FileChunk>> {
    const next = this.#chunks!.next()
    next.catch(() => {}) // thrown when the chunk is requested
    return next
  }
}
