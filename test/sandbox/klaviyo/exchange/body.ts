import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { DisputedAnswers } from '../sandbox.ts'
import { invalid, malformed, Refusal, tooLarge, unsupportedMediaType } from './errors.ts'

// Klaviyo does not say which MB; a client that stays below the smaller one is safe.
const MAX_BODY_BYTES = 5_000_000
// SDK, Segment and RudderStack send plain JSON to the live API every day; the description names the other one only.
const ACCEPTED_TYPES: readonly string[] = ['application/json', 'application/vnd.api+json']

export interface Body {
  /** undefined when nothing was sent. */
  readonly value: unknown
  /** Measured unpacked. */
  readonly bytes: number
}

/** All that was sent; null when the client went away in the middle of it. */
export async function readRaw(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return null
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

export function parseBody(request: IncomingMessage, raw: Buffer, { oversize }: DisputedAnswers): Body {
  if (raw.length === 0) return { value: undefined, bytes: 0 }
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (!ACCEPTED_TYPES.includes(type)) throw new Refusal([unsupportedMediaType(type)])
  const plain = unpacked(request, raw)
  if (plain.length > MAX_BODY_BYTES) throw new Refusal([tooLarge(oversize)])
  return { value: parsed(plain), bytes: plain.length }
}

/** The 5 MB count unpacked, and the 415 for a wrong Content-Encoding hints that gzip is taken; unproved. */
function unpacked(request: IncomingMessage, raw: Buffer): Buffer {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return raw
  if (encoding !== 'gzip') throw new Refusal([unsupportedMediaType(encoding)])
  try {
    return gunzipSync(raw)
  } catch {
    throw new Refusal([invalid('The request body is not valid gzip.', '/data')])
  }
}

function parsed(plain: Buffer): unknown {
  try {
    return JSON.parse(plain.toString('utf8'))
  } catch {
    throw new Refusal([malformed])
  }
}
