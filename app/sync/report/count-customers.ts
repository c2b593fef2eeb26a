import { hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CountNeed, isCountDue } from '#app/core/flow/count-age.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { exclusionOf, type Rules, rulesSchema, standingAsked } from '#app/core/profile/rules.ts'
import { noStanding, type StandingAsked } from '#app/core/profile/standing.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import { BulkFileGone, readBulkLines } from '#app/shopify/bulk-file.ts'
import {
  type BulkState,
  cancelBulkOperation,
  findBulkOperation,
  startBulkJudged,
} from '#app/shopify/bulk-operations.ts'
import { type JudgedCustomer, parseJudgedLine } from '#app/shopify/parse-judged.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { type CountedRead, findCountedRead, saveCountOperation, takeCountedRead } from '#app/store/customer-counts.ts'
import { findStandings } from '#app/store/standings.ts'
import { countAsked, countInterrupted } from '../events.ts'
import { gatherStandings } from '../standing/gather-standings.ts'
import { Slots, TurnsByShop } from './count-turns.ts'

const CHUNK_BYTES = 1_000_000
/** Evaluated without a pause, a few milliseconds: the same process answers webhooks. */
const LINES_A_TURN = 500
/** Of one shop, beside the question that is being answered. A merchant who edits asks one at a time. */
const MOST_WAITING = 3
/** Of all shops: each takes processor time, and some megabytes. */
const FILES_AT_ONCE = 3

const turns = new TurnsByShop<CustomerCount>({ mostWaiting: MOST_WAITING })
const files = new Slots(FILES_AT_ONCE)

/** Nobody waits longer for an answer; what is not gathered by then goes on with the next question. */
const WORTH_WAITING_MS = 5_000

export interface CountAsking {
  readonly rules: unknown
  /** Somebody wants the figures of this moment. */
  readonly again: boolean
  readonly clock: () => Date
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Counts whom some rules match, saved or not, among all customers as they were when Shopify was last asked to write them into a file. The
 * file is read anew for each question, and nothing of it is kept. A shop's questions are answered one at a time in this process, the same
 * question once; unavailable if too many wait already.
 */
export async function countMatching(shop: ShopDomain, asking: CountAsking): Promise<CustomerCount> {
  const rules = rulesSchema.safeParse(asking.rules)
  if (!rules.success) return { kind: 'rules_invalid' }
  const question = JSON.stringify([rules.data, asking.again])
  const answer = await turns.ask(shop, { question, signal: asking.signal }, (signal) =>
    countValid(shop, rules.data, { ...asking, signal }),
  )
  return answer ?? { kind: 'unavailable' }
}

async function countValid(shop: ShopDomain, rules: Rules, asking: CountAsking): Promise<CustomerCount> {
  const read = await findCountedRead(shop)
  const answer = read?.bulkOperation ? await findBulkOperation(shop, read.bulkOperation) : null
  if (answer && answer.kind !== 'answered') return { kind: 'unavailable' }
  const state = answer?.data ?? null
  if (isCountDue(ageOf(read), needOf(state, asking.again), asking.clock())) return askFor(shop, read, asking)
  if (!read || !state) return NOTHING_YET
  switch (state.kind) {
    case 'running':
      return { kind: 'gathering', gathered: state.rows, expected: read.expected }
    case 'lost':
      return { kind: 'unavailable' }
    case 'completed':
      return countIn(shop, { read, state, rules }, asking)
  }
}

const NOTHING_YET = { kind: 'gathering', gathered: 0, expected: null } as const

function ageOf(read: CountedRead | null) {
  return read && { askedAt: read.askedAt, started: read.bulkOperation !== null }
}

function needOf(state: BulkState | null, again: boolean): CountNeed {
  if (state?.kind === 'lost') return 'lost'
  return state?.kind === 'completed' && again ? 'again' : 'age'
}

/** Has the customers read anew in the place of a read. What then is known of them is nothing yet. */
async function askFor(shop: ShopDomain, seen: CountedRead | null, { clock }: CountAsking): Promise<CustomerCount> {
  const taken = await takeCountedRead(shop, { seen: seen?.holder ?? null, now: clock() })
  if (!taken) return NOTHING_YET // somebody else is asking
  // A shop has room for five operations of ours: one that nobody waits for must not take it. If it is over, nothing happens to it.
  if (seen?.bulkOperation) await cancelBulkOperation(shop, seen.bulkOperation)
  const counted = await countCustomers(shop, null)
  const expected = counted.kind === 'answered' ? counted.data : null
  const answer = await startBulkJudged(shop)
  countAsked(shop, answer.kind === 'answered' ? answer.data.kind : answer.kind)
  if (answer.kind !== 'answered' || answer.data.kind === 'refused') return { kind: 'unavailable' }
  if (answer.data.kind === 'started') {
    await saveCountOperation(shop, { holder: taken.holder, operation: answer.data.operation, expected })
  }
  return { ...NOTHING_YET, expected }
}

interface Counting {
  readonly read: CountedRead
  readonly state: Extract<BulkState, { kind: 'completed' }>
  readonly rules: Rules
}

async function countIn(shop: ShopDomain, counting: Counting, asking: CountAsking): Promise<CustomerCount> {
  const { read, state, rules } = counting
  const { clock } = asking
  const asked = standingAsked(rules)
  if (asked) {
    const gathered = await gatherStandings(shop, holderOf(read, asked), asked, {
      until: after(clock(), WORTH_WAITING_MS),
      clock,
    })
    const isComing = gathered === 'under_way' || gathered === 'throttled'
    if (isComing) return { kind: 'gathering', gathered: 0, expected: read.expected }
    if (gathered !== 'complete') return { kind: 'unavailable' }
  }
  try {
    const counts = await files.hold(() => countFile(shop, counting, asking.signal))
    // A connection that broke between two lines ends like one that did not, so the lines are counted.
    if (counts.total < state.rows) return { kind: 'unavailable' }
    return { kind: 'counted', asOf: read.askedAt.toISOString(), ...counts }
  } catch (error) {
    const isGone = error instanceof BulkFileGone
    if (isGone && isCountDue(ageOf(read), 'lost', clock())) return askFor(shop, read, asking)
    if (!asking.signal.aborted) countInterrupted(shop, error)
    return { kind: 'unavailable' }
  }
}

/** Two who edit at once may ask for different things: neither throws away what the other gathered. */
function holderOf({ holder }: CountedRead, asked: StandingAsked): string {
  const digits = hash('sha256', JSON.stringify([holder, asked]))
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

async function countFile(shop: ShopDomain, { read, state: { file }, rules }: Counting, signal: AbortSignal) {
  const counts = { total: 0, matching: 0, unsubscribed: 0, cannotBeSynced: 0 }
  if (!file) return counts
  const asked = standingAsked(rules)
  for await (const { lines } of readBulkLines(file, { from: 0, chunkBytes: CHUNK_BYTES, signal })) {
    for (let from = 0; from < lines.length; from += LINES_A_TURN) {
      const rows = lines.slice(from, from + LINES_A_TURN).map(parseJudgedLine)
      const customers = rows.filter((row) => row !== null)
      const ids = customers.map(({ id }) => id)
      const standings = asked && (await findStandings(shop, holderOf(read, asked), ids))
      const matching = customers.filter((one) => !exclusionOf(one, standings?.get(one.id) ?? noStanding, rules))
      counts.total += rows.length
      counts.matching += matching.length
      counts.unsubscribed += matching.filter(({ emailConsent }) => emailConsent === 'UNSUBSCRIBED').length
      counts.cannotBeSynced += matching.filter(cannotBeSynced).length
      await nextTurn()
    }
  }
  return counts
}

function cannotBeSynced({ email }: JudgedCustomer): boolean {
  return emailAddressOf(email).kind !== 'good'
}
