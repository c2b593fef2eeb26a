import type { ShopDomain } from '#app/core/ids.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { BulkFileGone, type FileChunk, readBulkFile } from '#app/shopify/bulk-file.ts'
import { findBulkOperation } from '#app/shopify/bulk-operations.ts'
import { answerAwaited } from '#app/telemetry/facts.ts'

// About as much as one import takes: a customer's line is somewhat longer than its profile.
const CHUNK_BYTES = 3_000_000

/** What came of reading a chunk. */
export type ChunkRead =
  | { readonly kind: 'chunk'; readonly chunk: FileChunk }
  /** The stream has ended. A connection that breaks between two lines ends the same way: `rows` is how many lines the file has. */
  | { readonly kind: 'end'; readonly rows: number }
  /** Shopify still writes the file, and has written so many lines. */
  | { readonly kind: 'running'; readonly rows: number }
  /** The operation failed, or its file is no longer there. */
  | { readonly kind: 'lost'; readonly words: string }
  /** Shopify did not say where the file is. */
  | { readonly kind: 'refused'; readonly answer: AdminFailure }
  /** The stream broke. */
  | { readonly kind: 'interrupted' }

/**
 * Keeps a run's file open between chunks, so that a turn with a shop reads it in one stream. The next chunk is read while the last one is
 * being delivered.
 */
export class RunReader {
  #operation: string | null = null
  #chunks: AsyncGenerator<FileChunk> | null = null
  #next: Promise<IteratorResult<FileChunk>> | null = null
  #position = 0
  #rows = 0
  #closing = new AbortController()

  /** Reads the chunk at `byteOffset` of an operation's file, and asks Shopify where the file is unless it is open at that place. */
  async chunkAt(
    shop: ShopDomain,
    { operation, metafields }: { operation: string; metafields: readonly MetafieldKey[] },
    byteOffset: number,
  ): Promise<ChunkRead> {
    try {
      if (this.#operation !== operation || this.#position !== byteOffset || !this.#next) {
        await this.close()
        const answer = await findBulkOperation(shop, operation)
        if (answer.kind !== 'answered') return { kind: 'refused', answer }
        if (answer.data.kind !== 'completed') return answer.data
        if (!answer.data.file) return { kind: 'end', rows: answer.data.rows }
        this.#open(answer.data.file, { operation, metafields, byteOffset, rows: answer.data.rows })
      }
      const next = this.#next!
      answerAwaited.tell(next)
      const read = await next
      if (read.done) {
        const rows = this.#rows
        await this.close()
        return { kind: 'end', rows }
      }
      this.#position = read.value.to
      this.#next = this.#ask()
      return { kind: 'chunk', chunk: read.value }
    } catch (error) {
      await this.close()
      if (error instanceof BulkFileGone) return { kind: 'lost', words: error.message }
      return { kind: 'interrupted' }
    }
  }

  #open(
    file: URL,
    from: { operation: string; metafields: readonly MetafieldKey[]; byteOffset: number; rows: number },
  ): void {
    const { operation, metafields, byteOffset, rows } = from
    this.#operation = operation
    this.#position = byteOffset
    this.#rows = rows
    const { signal } = this.#closing
    this.#chunks = readBulkFile(file, { from: byteOffset, chunkBytes: CHUNK_BYTES, metafields, signal })
    this.#next = this.#ask()
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
