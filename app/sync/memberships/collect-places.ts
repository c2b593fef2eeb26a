import { BulkFileGone, readBulkLines } from '#app/shopify/bulk-file.ts'
import { type BulkState, findBulkOperation, startBulkPlaces } from '#app/shopify/bulk-operations.ts'
import { parsePlaceLine } from '#app/shopify/companies.ts'
import type { MembershipSnapshot } from '#app/store/memberships.ts'
import { forgetShopFacts } from '#app/store/shops.ts'
import { placesUnreadable } from '../events.ts'
import { type Collector, nextPart, type SnapshotStep, saveStep } from './save-step.ts'

/** A chunk holds some thousands of contacts. */
const CHUNK_BYTES = 1_000_000

/** Advances a bulk operation over companies by one step: starts it, checks on it, or saves the next chunk of its file. */
export async function collectPlaces(
  collector: Collector,
  snapshot: MembershipSnapshot,
  which: 'contacts' | 'roles',
): Promise<SnapshotStep> {
  if (!snapshot.operation) return startPlaces(collector, snapshot, which)
  const answer = await findBulkOperation(collector.shop, snapshot.operation)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  switch (answer.data.kind) {
    case 'running':
      return { kind: 'under_way' }
    case 'lost':
      return restartOperation(collector, snapshot)
    case 'completed':
      return savePiece(collector, snapshot, answer.data)
    default:
      return answer.data satisfies never
  }
}

async function startPlaces(
  collector: Collector,
  snapshot: MembershipSnapshot,
  which: 'contacts' | 'roles',
): Promise<SnapshotStep> {
  const answer = await startBulkPlaces(collector.shop, which)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  const start = answer.data
  if (start.kind === 'busy') return { kind: 'under_way' }
  if (start.kind === 'refused') return { kind: 'unavailable' }
  const step = await saveStep(collector, snapshot, { ...snapshot, operation: start.operation })
  // The operation has only just been started: there is no result yet.
  return step.kind === 'moved' ? { kind: 'under_way' } : step
}

/** The operation failed. Another one is started by the next call; `unavailable` makes the caller count the failure, so that this ends. */
async function restartOperation(collector: Collector, snapshot: MembershipSnapshot): Promise<SnapshotStep> {
  await saveStep(collector, snapshot, { ...snapshot, operation: null, cursor: null })
  // It may have been refused because the shop no longer sells to companies, which no webhook reports.
  await forgetShopFacts(collector.shop)
  return { kind: 'unavailable' }
}

async function savePiece(
  collector: Collector,
  snapshot: MembershipSnapshot,
  { file, bytes }: Extract<BulkState, { kind: 'completed' }>,
): Promise<SnapshotStep> {
  const from = Number(snapshot.cursor ?? 0)
  // A connection that breaks between two lines ends like the file does, so the bytes are counted.
  if (!file || from >= bytes) return saveStep(collector, snapshot, nextPart(snapshot))
  const piece = await readPiece(file, from)
  if (piece === 'gone') return restartOperation(collector, snapshot)
  if (!piece) return { kind: 'unavailable' }
  const places = piece.lines.map(parsePlaceLine)
  const odd = places.filter((place) => place === 'odd').length
  if (odd > 0) placesUnreadable({ shop: collector.shop, lines: odd })
  const rows = places.flatMap((place) => (place === null || place === 'odd' ? [] : place))
  return saveStep(collector, snapshot, { ...snapshot, cursor: String(piece.to) }, { rows })
}

/** Returns the next whole lines of the file; `gone` when Shopify no longer serves it; null when it cannot be read now. */
async function readPiece(file: URL, from: number) {
  const closing = new AbortController()
  try {
    const lines = readBulkLines(file, { from, chunkBytes: CHUNK_BYTES, signal: closing.signal })
    for await (const piece of lines) return piece
    return null
  } catch (error) {
    if (error instanceof BulkFileGone) return 'gone'
    return null // any other error is one of the network
  } finally {
    closing.abort()
  }
}
