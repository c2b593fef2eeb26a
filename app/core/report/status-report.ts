import { z } from 'zod'
import { shopifyTroubles } from '../flow/shopify-trouble.ts'
import { reasonCodes, ruleCodes } from '../issue/reason-code.ts'

/**
 * What the status API and the MCP server answer: docs/status-api.md. Codes, numbers and times only. A field is added without a new version;
 * a version changes when one is removed or means something else.
 */
export const STATUS_VERSION = 1

const instant = z.iso.datetime().describe('An instant in UTC, as ISO 8601 text.')
const count = z.int().min(0)

export const statusStates = [
  'not_connected',
  'klaviyo_refuses_key',
  'off',
  'turning_off',
  'waiting_to_start',
  'stalled',
  'running',
  'sending_changes',
  'never_synced',
  'in_sync',
] as const
export type StatusState = (typeof statusStates)[number]

/** Why nothing reaches Klaviyo: the causes of `Stall` in sync-card.ts. */
const standStillCauses = [
  'klaviyo_refused',
  'klaviyo_away',
  'klaviyo_outdated',
  'klaviyo_misconfigured',
  'klaviyo_throttled',
  'klaviyo_importing',
  'shopify_away',
  'shopify_preparing',
  'no_worker',
  ...shopifyTroubles,
] as const

const run = z.strictObject({
  id: z.uuid(),
  kind: z
    .enum(['full', 'baseline', 'reconcile', 'catch_up'])
    .describe('reconcile compares all customers, as every night.'),
  trigger: z.string().describe('What started it, such as by_hand or nightly.'),
  state: z.enum(['queued', 'reading', 'delivering', 'paused', 'finished', 'failed', 'cancelled']),
  startedAt: instant,
  endedAt: instant.nullable().describe('Null while it is open.'),
  heldUntil: instant
    .nullable()
    .describe(
      'It would change so many profiles that it waits for the merchant to confirm it, until then; otherwise null.',
    ),
  expected: count.nullable().describe('Customers it will read; null until Shopify has counted them.'),
  read: count,
  sent: count.describe('Profiles that were sent to Klaviyo.'),
  unchanged: count,
  excluded: count,
  issues: count,
})

export const reasonCount = z.strictObject({
  code: z.enum(reasonCodes),
  kind: z.enum(['excluded', 'issue', 'pending']),
  customers: z.int().min(1),
})

export const statusReport = z
  .strictObject({
    version: z.literal(STATUS_VERSION),
    shop: z.string().describe('The myshopify.com address of the shop that the token belongs to.'),
    asOf: instant,
    state: z
      .enum(statusStates)
      .describe('The one state that matters most. Reasons why nothing is sent come before progress.'),
    lagSeconds: count
      .nullable()
      .describe('Age of the oldest change that could be sent now; 0 if none waits, null while nothing may be sent.'),
    oldestChangeSince: instant
      .nullable()
      .describe('Since when the oldest change has waited, whatever it waits for; null if none does.'),
    customers: z
      .strictObject({ total: count, synced: count, pending: count, excluded: count, issues: count })
      .describe(
        'synced + pending + excluded + issues = total. Of very many waiting changes of synced customers, 10,000 are counted as pending.',
      ),
    reasons: z
      .array(reasonCount)
      .describe('Customers by reason: the excluded ones, those with an issue, and of the pending those at the limit.'),
    syncedLastDay: count.describe('Profiles that Klaviyo accepted in the last 24 hours.'),
    lastProfileSyncedAt: instant.nullable(),
    lastRun: run.nullable().describe('The newest run, open or ended; null if there was none.'),
    standStill: z
      .strictObject({
        cause: z.enum(standStillCauses),
        since: instant,
        until: instant.nullable().describe('When it is tried again; null if that is not known.'),
      })
      .nullable()
      .describe('Why nothing reaches Klaviyo although the sync is on; null while it does.'),
  })
  .meta({ title: 'Lockstep status', description: 'The answer of GET /api/status.' })

export type StatusReport = z.infer<typeof statusReport>
export type ReasonCount = z.infer<typeof reasonCount>

const excludedCodes: readonly string[] = [...ruleCodes, 'no_email', 'future_only', 'already_in_klaviyo']

/** Which of the four sums customers with a reason are part of. */
export function kindOfReason(code: ReasonCount['code']): ReasonCount['kind'] {
  if (code === 'limit') return 'pending'
  return excludedCodes.includes(code) ? 'excluded' : 'issue'
}
