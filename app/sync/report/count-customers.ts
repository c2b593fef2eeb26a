import { hash } from 'node:crypto'
import { setImmediate as pause } from 'node:timers/promises'
import { type CountNeed, isCountDue } from '#app/core/flow/count-age.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { type MembershipQuery, noMemberships } from '#app/core/profile/memberships.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import { type Audience, exclusionOf, membershipQueryOf } from '#app/core/settings/audience.ts'
import { parseChoice } from '#app/core/settings/settings.ts'
import { BulkFileGone, readBulkLines } from '#app/shopify/bulk-file.ts'
import { type BulkState, cancelBulkOperation, findBulkOperation, startBulkCount } from '#app/shopify/bulk-operations.ts'
import { type CountedCustomer, parseCountedLine } from '#app/shopify/parse-counted.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { type CountRead, findCountRead, requestCountRead, saveCountOperation } from '#app/store/customer-counts.ts'
import { findMemberships } from '#app/store/memberships.ts'
import { countAsked, countInterrupted } from '../events.ts'
import { collectMemberships } from '../memberships/collect-memberships.ts'
import { recordBulkStart } from '../shopify/bulk-access.ts'
import { QuestionQueue, Slots } from './question-queue.ts'

const CHUNK_BYTES = 1_000_000
/** Evaluated without a pause, which takes a few milliseconds: the same process answers webhooks. */
const LINES_AT_ONCE = 500
/** Waiting questions per shop, in addition to the one that is being answered. A merchant's page asks one at a time. */
const MOST_WAITING = 3
/** Files read at the same time for all shops: each takes CPU time, and some megabytes. */
const FILES_AT_ONCE = 3

const questions = new QuestionQueue<CustomerCount>({ mostWaiting: MOST_WAITING })
const files = new Slots(FILES_AT_ONCE)

/** The longest that a request waits for memberships to be collected. The next question continues where this one stopped. */
const MAX_WAIT_MS = 5_000

export interface CountRequest {
  readonly audience: unknown
  /** True if the merchant has asked to read the customers again. */
  readonly again: boolean
  readonly clock: () => Date
  /** Aborted when no request waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Counts the customers that match some rules, saved or not, among all customers as they were when Shopify last wrote them to a file. The file
 * is read again for each question, and none of it is stored. A shop's questions are answered one at a time in this process, identical ones
 * once; `unavailable` if too many wait already.
 */
export async function countMatching(shop: ShopDomain, request: CountRequest): Promise<CustomerCount> {
  const audience = parseChoice('audience', request.audience)
  if (audience === null) return { kind: 'audience_invalid' }
  const key = JSON.stringify([audience, request.again])
  const answer = await questions.ask(shop, { key, signal: request.signal }, (signal) =>
    countValid(shop, audience, { ...request, signal }),
  )
  return answer ?? { kind: 'unavailable' }
}

async function countValid(shop: ShopDomain, audience: Audience, request: CountRequest): Promise<CustomerCount> {
  const read = await findCountRead(shop)
  const answer = read?.bulkOperation ? await findBulkOperation(shop, read.bulkOperation) : null
  if (answer && answer.kind !== 'answered') return { kind: 'unavailable' }
  const state = answer?.data ?? null
  if (isCountDue(ageOf(read), needOf(state, request.again), request.clock())) return readAgain(shop, read, request)
  if (!read || !state) return NOTHING_YET
  switch (state.kind) {
    case 'running':
      return { kind: 'preparing', rowsWritten: state.rows, expected: read.expected }
    case 'lost':
      return { kind: 'unavailable' }
    case 'completed':
      return countIn(shop, { read, state, audience }, request)
  }
}

const NOTHING_YET = { kind: 'preparing', rowsWritten: 0, expected: null } as const

function ageOf(read: CountRead | null) {
  return read && { askedAt: read.askedAt, started: read.bulkOperation !== null }
}

function needOf(state: BulkState | null, again: boolean): CountNeed {
  if (state?.kind === 'lost') return 'lost'
  return state?.kind === 'completed' && again ? 'again' : 'age'
}

/** Starts a new read of the customers in place of `seen`. The count is not known until it has finished. */
async function readAgain(shop: ShopDomain, seen: CountRead | null, { clock }: CountRequest): Promise<CustomerCount> {
  const taken = await requestCountRead(shop, { seen: seen?.holder ?? null, now: clock() })
  if (!taken) return NOTHING_YET // another request has started one already
  // An app may run five operations at once in a shop, so one that is not needed any more is cancelled. If it has ended, nothing happens.
  if (seen?.bulkOperation) await cancelBulkOperation(shop, seen.bulkOperation)
  const counted = await countCustomers(shop, null)
  const expected = counted.kind === 'answered' ? counted.data : null
  const answer = await startBulkCount(shop)
  await recordBulkStart(answer, clock())
  countAsked(shop, answer.kind === 'answered' ? answer.data.kind : answer.kind)
  if (answer.kind !== 'answered' || answer.data.kind === 'refused') return { kind: 'unavailable' }
  if (answer.data.kind === 'started') {
    await saveCountOperation(shop, { holder: taken.holder, operation: answer.data.operation, expected })
  }
  return { ...NOTHING_YET, expected }
}

interface Counting {
  readonly read: CountRead
  readonly state: Extract<BulkState, { kind: 'completed' }>
  readonly audience: Audience
}

async function countIn(shop: ShopDomain, counting: Counting, request: CountRequest): Promise<CustomerCount> {
  const { read, state, audience } = counting
  const { clock } = request
  const query = membershipQueryOf(audience)
  if (query) {
    const outcome = await collectMemberships(shop, holderOf(read, query), query, {
      until: after(clock(), MAX_WAIT_MS),
      clock,
    })
    const isComing = outcome === 'under_way' || outcome === 'throttled'
    if (isComing) return { kind: 'preparing', rowsWritten: 0, expected: read.expected }
    if (outcome !== 'complete') return { kind: 'unavailable' }
  }
  try {
    const counts = await files.hold(() => countFile(shop, counting, request.signal))
    // A connection that breaks between two lines ends like the file does, so the lines are counted.
    if (counts.total < state.rows) return { kind: 'unavailable' }
    return { kind: 'counted', asOf: read.askedAt.toISOString(), ...counts }
  } catch (error) {
    const isGone = error instanceof BulkFileGone
    if (isGone && isCountDue(ageOf(read), 'lost', clock())) return readAgain(shop, read, request)
    if (!request.signal.aborted) countInterrupted(shop, error)
    return { kind: 'unavailable' }
  }
}

/** The id of the snapshot for this read and query. Members of staff who edit at the same time may need different ones. */
function holderOf({ holder }: CountRead, query: MembershipQuery): string {
  const digits = hash('sha256', JSON.stringify([holder, query]))
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

async function countFile(shop: ShopDomain, { read, state: { file }, audience }: Counting, signal: AbortSignal) {
  const counts = { total: 0, matching: 0, unsubscribed: 0, cannotBeSynced: 0 }
  if (!file) return counts
  const query = membershipQueryOf(audience)
  for await (const { lines } of readBulkLines(file, { from: 0, chunkBytes: CHUNK_BYTES, signal })) {
    for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
      const rows = lines.slice(from, from + LINES_AT_ONCE).map(parseCountedLine)
      const customers = rows.filter((row) => row !== null)
      const ids = customers.map(({ id }) => id)
      const memberships = query && (await findMemberships(shop, holderOf(read, query), ids))
      const matching = customers.filter((one) => !exclusionOf(one, memberships?.get(one.id) ?? noMemberships, audience))
      counts.total += rows.length
      counts.matching += matching.length
      counts.unsubscribed += matching.filter(({ emailConsent }) => emailConsent === 'UNSUBSCRIBED').length
      counts.cannotBeSynced += matching.filter(cannotBeSynced).length
      await pause()
    }
  }
  return counts
}

function cannotBeSynced({ email }: CountedCustomer): boolean {
  return emailAddressOf(email).kind !== 'good'
}
