import { type CustomerId, customerGid } from '#app/core/ids.ts'
import { type Customer, isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import { readCustomerRecord } from './parse-customer.ts'

/** A host that sends nothing for this long, in milliseconds, is given up. */
const SILENT_MS = 60_000
const NEWLINE = 0x0a

/** The customers in some whole lines of a bulk operation's file, each once. */
export interface FileChunk {
  readonly customers: readonly CustomerRecord[]
  /** How many lines are about a customer, readable or not. */
  readonly rows: number
  /** How many of these have no readable customer id. */
  readonly nameless: number
  /** Where the chunk begins and ends in the file, in bytes: the checkpoint before and after it. */
  readonly from: number
  readonly to: number
}

export interface CustomerRecord {
  readonly id: CustomerId
  readonly shown: Customer | Unreadable
}

/** Whole lines, unparsed. */
export interface LineChunk extends Pick<FileChunk, 'from' | 'to'> {
  readonly lines: readonly string[]
}

/** The file's host no longer serves it: its address has expired, or the file is deleted. */
export class BulkFileGone extends Error {
  override readonly name = 'BulkFileGone'
}

/** Streams the customers in a bulk operation's file, as readBulkLines does. `metafields` are those that the operation was asked for. */
export async function* readBulkFile(
  file: URL,
  { metafields, ...reading }: LineReading & { metafields: readonly MetafieldKey[] },
): AsyncGenerator<FileChunk> {
  for await (const { lines, from, to } of readBulkLines(file, reading)) {
    yield { ...recordsIn(lines, metafields), from, to }
  }
}

function recordsIn(lines: readonly string[], metafields: readonly MetafieldKey[]): Omit<FileChunk, 'from' | 'to'> {
  const records = lines.flatMap((line) => recordOf(line, metafields))
  const customers = new Map(records.flatMap((record) => (record ? [[record.id, record] as const] : [])))
  const nameless = records.filter((record) => !record).length
  return { customers: [...customers.values()], rows: records.length, nameless }
}

/**
 * Returns the customer on a line: null if it has no readable id, empty if it is a child of another line, which none of the queries asks
 * for.
 */
function recordOf(line: string, metafields: readonly MetafieldKey[]): [CustomerRecord | null] | [] {
  const raw = readJson(line)
  if (raw !== null && typeof raw === 'object' && '__parentId' in raw) return []
  const shown = readCustomerRecord(raw, metafields)
  if (!isUnreadable(shown)) return [{ id: shown.id, shown }]
  const id = customerGid.safeParse(/"id":"(gid:[^"]*)"/.exec(line)?.[1])
  return [id.success ? { id: id.data, shown } : null]
}

/** Returns undefined for a line that is not JSON. */
export function readJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

interface LineReading {
  readonly from: number
  readonly chunkBytes: number
  readonly signal: AbortSignal
}

/**
 * Streams a bulk operation's file from a byte offset, in chunks of whole lines of about `chunkBytes`. No more than two chunks are in
 * memory, whatever the file's size. The file is not on Shopify's API host, so no token is sent. Throws BulkFileGone on 403, 404 and 410;
 * any other interruption is thrown unchanged, after the whole lines before it.
 */
export async function* readBulkLines(file: URL, { from, chunkBytes, signal }: LineReading): AsyncGenerator<LineChunk> {
  let start = from
  let parts: Uint8Array[] = []
  let held = 0
  for await (const part of openFile(file, from, signal)) {
    parts.push(part)
    held += part.length
    if (held < chunkBytes) continue
    const bytes = Buffer.concat(parts, held)
    const end = bytes.lastIndexOf(NEWLINE) + 1
    if (end === 0) continue // one line longer than a chunk
    yield toChunk(bytes.subarray(0, end), start)
    start += end
    parts = [bytes.subarray(end)]
    held = bytes.length - end
  }
  if (held > 0) yield toChunk(Buffer.concat(parts, held), start)
}

async function* openFile(file: URL, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const tooLate = new AbortController()
  const fence = setTimeout(() => tooLate.abort(new Error('The file’s host went silent')), SILENT_MS)
  try {
    const answer = await fetch(file, {
      headers: { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) },
      signal: AbortSignal.any([signal, tooLate.signal]),
    })
    if ([403, 404, 410].includes(answer.status)) throw new BulkFileGone(`The file's host answered ${answer.status}`)
    if (answer.status === 416) return // the checkpoint is at the file's end
    if (!answer.ok || !answer.body) throw new Error(`The file's host answered ${answer.status}`)
    let skip = answer.status === 206 ? 0 : from // a host that does not support ranges sends the file from its beginning
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      fence.refresh()
      if (skip >= part.length) skip -= part.length
      else {
        yield skip > 0 ? part.subarray(skip) : part
        skip = 0
      }
    }
  } finally {
    clearTimeout(fence)
  }
}

function toChunk(bytes: Buffer, from: number): LineChunk {
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  return { lines, from, to: from + bytes.length }
}
