import { setImmediate as nextTurn } from 'node:timers/promises'

/** Rows as they were when the operation started, and how some of them read as JSONL. */
export interface ResultRows {
  readonly count: number
  /** The lines of the rows from one up to and without another. */
  readonly lines: (from: number, to: number) => readonly string[]
}

const ROWS_A_BLOCK = 500
const LINE_FEED = 10

/**
 * The JSONL of a bulk operation. Only its block boundaries are kept: a million customers would be a gigabyte of
 * text, and are printed again when somebody downloads them.
 */
export class ResultFile {
  readonly #rows: ResultRows
  /** Where each block begins; the last entry is the end. */
  readonly #offsets: number[] = [0]
  #lines = 0

  constructor(rows: ResultRows) {
    this.#rows = rows
  }

  /** Bytes, as far as measured. */
  get size(): number {
    return this.#offsets.at(-1)!
  }

  get lines(): number {
    return this.#lines
  }

  get rowCount(): number {
    return this.#rows.count
  }

  /** Finds out how long the file is, a block at a time, so that other requests get their turn in between. */
  async measure(signal: AbortSignal): Promise<void> {
    for (let from = 0; from < this.#rows.count && !signal.aborted; from += ROWS_A_BLOCK) {
      const lines = this.#rows.lines(from, Math.min(from + ROWS_A_BLOCK, this.#rows.count))
      this.#offsets.push(lines.reduce((end, line) => end + Buffer.byteLength(line) + 1, this.size))
      this.#lines += lines.length
      await nextTurn()
    }
  }

  /** The file from one byte up to and without another. */
  *read(start: number, end: number): Generator<Buffer> {
    for (let block = this.#blockAt(start); block < this.#offsets.length - 1; block++) {
      const from = this.#offsets[block]!
      if (from >= end) return
      yield this.#printed(block).subarray(Math.max(0, start - from), end - from)
    }
  }

  /** Line by line: one name in another script would make the joined text twice as wide and slow. */
  #printed(block: number): Buffer {
    const first = block * ROWS_A_BLOCK
    const bytes = Buffer.allocUnsafe(this.#offsets[block + 1]! - this.#offsets[block]!)
    let at = 0
    for (const line of this.#rows.lines(first, Math.min(first + ROWS_A_BLOCK, this.#rows.count))) {
      at += bytes.write(line, at)
      bytes[at++] = LINE_FEED
    }
    return bytes
  }

  #blockAt(byte: number): number {
    const next = this.#offsets.findIndex((offset) => offset > byte)
    return next === -1 ? this.#offsets.length : next - 1
  }
}
