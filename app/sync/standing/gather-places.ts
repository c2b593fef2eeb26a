import { BulkFileGone, readBulkLines } from '#app/shopify/bulk-file.ts'
import { type BulkState, findBulkOperation, startBulkPlaces } from '#app/shopify/bulk-operations.ts'
import { parsePlaceLine } from '#app/shopify/companies.ts'
import { forgetShopFacts } from '#app/store/shops.ts'
import type { Gathering } from '#app/store/standings.ts'
import { placesUnreadable } from '../events.ts'
import { type GatheredStep, type Gatherer, moveOn, nextPart } from './move-on.ts'

/** Some thousands of contacts. */
const CHUNK_BYTES = 1_000_000

/** One step through a bulk operation over companies: asks for it, looks at it, or keeps the next piece of its file. */
export async function gatherPlaces(
  gatherer: Gatherer,
  gathering: Gathering,
  which: 'contacts' | 'roles',
): Promise<GatheredStep> {
  if (!gathering.operation) return askForPlaces(gatherer, gathering, which)
  const answer = await findBulkOperation(gatherer.shop, gathering.operation)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  switch (answer.data.kind) {
    case 'running':
      return { kind: 'under_way' }
    case 'lost':
      return askAnew(gatherer, gathering)
    case 'completed':
      return keepPiece(gatherer, gathering, answer.data)
    default:
      return answer.data satisfies never
  }
}

async function askForPlaces(
  gatherer: Gatherer,
  gathering: Gathering,
  which: 'contacts' | 'roles',
): Promise<GatheredStep> {
  const answer = await startBulkPlaces(gatherer.shop, which)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  const start = answer.data
  if (start.kind === 'busy') return { kind: 'under_way' }
  if (start.kind === 'refused') return { kind: 'unavailable' }
  const step = await moveOn(gatherer, gathering, { ...gathering, operation: start.operation })
  // It was only just asked for: there is nothing to look at yet.
  return step.kind === 'moved' ? { kind: 'under_way' } : step
}

/** The operation came to nothing, which is told: whoever keeps coming back must not do so for ever. */
async function askAnew(gatherer: Gatherer, gathering: Gathering): Promise<GatheredStep> {
  await moveOn(gatherer, gathering, { ...gathering, operation: null, cursor: null })
  // It may have been refused: nobody need have told us that a shop sells to companies no longer.
  await forgetShopFacts(gatherer.shop)
  return { kind: 'unavailable' }
}

async function keepPiece(
  gatherer: Gatherer,
  gathering: Gathering,
  { file, bytes }: Extract<BulkState, { kind: 'completed' }>,
): Promise<GatheredStep> {
  const from = Number(gathering.cursor ?? 0)
  // A connection that broke between two lines ends like the file does, so the bytes are counted.
  if (!file || from >= bytes) return moveOn(gatherer, gathering, nextPart(gathering))
  const piece = await readPiece(file, from)
  if (piece === 'gone') return askAnew(gatherer, gathering)
  if (!piece) return { kind: 'unavailable' }
  const places = piece.lines.map(parsePlaceLine)
  const odd = places.filter((place) => place === 'odd').length
  if (odd > 0) placesUnreadable({ shop: gatherer.shop, lines: odd })
  const rows = places.flatMap((place) => (place === null || place === 'odd' ? [] : place))
  return moveOn(gatherer, gathering, { ...gathering, cursor: String(piece.to) }, { rows })
}

/** The next whole lines of the file; `gone` when it is given out no longer, null when it cannot be had just now. */
async function readPiece(file: URL, from: number) {
  const closing = new AbortController()
  try {
    const lines = readBulkLines(file, { from, chunkBytes: CHUNK_BYTES, signal: closing.signal })
    for await (const piece of lines) return piece
    return null
  } catch (error) {
    if (error instanceof BulkFileGone) return 'gone'
    return null // what is left is the network, as for the customers' own file
  } finally {
    closing.abort()
  }
}
