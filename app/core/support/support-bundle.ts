import { z } from 'zod'
import { reasonCodes } from '../issue/reason-code.ts'
import { presetIds } from '../loyalty/preset-ids.ts'
import { computedFields, optionalAttributes, standardFields } from '../profile/mapped-fields.ts'
import { meanings, valueKinds } from '../profile/mapped-values.ts'
import { statusReport } from '../report/status-report.ts'
import { accountStates, consentRules } from '../settings/audience.ts'

/** Raised when a field is removed or means something else. */
export const BUNDLE_VERSION = 1

const instant = z.iso.datetime()
const count = z.int().min(0)
/** A word of Lockstep's own, such as `by_hand`. */
const code = z.string().regex(/^[a-z][a-z0-9_]{0,60}$/)
/** What maskWords left of an error message: no digit, no quotation, no address. */
const maskedWords = z
  .string()
  .max(300)
  .regex(/^[^\p{N}@"“”«»+]*$/u)
const release = z.string().regex(/^[\w.+()~ -]{1,80}$/)

const audience = z.strictObject({
  tagsWanted: count,
  tagsUnwanted: count,
  accountStates: z.array(z.enum(accountStates)),
  consent: z.enum(consentRules),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/)),
  segments: count,
  segmentsGone: count,
  companies: z.enum(['everyone', 'only_contacts', 'no_contacts']),
  companiesNamed: count,
  rolesNamed: count,
  leaving: z.enum(['keep', 'off_list']),
})

const mapping = z.strictObject({
  attributes: z.record(z.enum(optionalAttributes), z.boolean()),
  standard: z.record(z.enum(standardFields), z.boolean()),
  computed: z.record(z.enum(computedFields), z.boolean()),
  values: z.array(
    z.strictObject({
      on: z.boolean(),
      source: z.enum(['metafield', 'tag', 'store_credit']),
      app: z
        .enum(presetIds)
        .nullable()
        .describe('The known loyalty app that keeps this metafield; null for any other.'),
      partOfJson: z.boolean(),
      as: z.enum(valueKinds).nullable(),
      meaning: z.enum(meanings).nullable(),
      renamedValues: count,
      held: z.boolean().describe('It cannot be read any more, so that Klaviyo keeps what it has.'),
    }),
  ),
  clears: z.boolean(),
  forgottenFields: count,
  changedAt: instant.nullable(),
})

const run = z.strictObject({
  id: z.uuid(),
  kind: code,
  trigger: code,
  state: code,
  byStaff: z.boolean(),
  startedAt: instant,
  endedAt: instant.nullable(),
  progressAt: instant,
  byPages: z.boolean(),
  waitsFor: code.nullable(),
  attempt: count,
  expected: count.nullable(),
  read: count,
  sent: count,
  unchanged: count,
  excluded: count,
  issues: count,
  heldByLimit: count,
  end: code.nullable().describe('Why it ended early.'),
  words: maskedWords.nullable(),
})

const hour = z.strictObject({
  hour: instant,
  webhooks: count,
  unreadable: count,
  read: count,
  sent: z.int(),
  unchanged: count,
  excluded: count,
  issues: z.int(),
  calls: count,
  throttled: count,
})

/** What the support file holds: docs/support-bundle.md. Whatever is not named here cannot be in it. */
export const supportBundle = z
  .strictObject({
    version: z.literal(BUNDLE_VERSION),
    madeAt: instant,
    versions: z.strictObject({
      lockstep: release,
      node: release,
      postgres: release,
      citus: z.boolean(),
      migration: code.or(z.string().regex(/^\d{14}_[a-z0-9_]+$/)).describe('The last one applied.'),
    }),
    operator: z.strictObject({
      klaviyo: z.enum(['usual', 'other']).describe('Whether KLAVIYO_BASE_URL is the usual one.'),
      database: z.enum(['embedded', 'own']),
      workerShops: count,
      supportAddress: z.boolean(),
    }),
    status: statusReport,
    shop: z.strictObject({
      installedAt: instant,
      timeZone: z.string().regex(/^[A-Za-z0-9_+/-]{1,60}$/),
      scopes: z.array(z.string().regex(/^[a-z_]{1,60}$/)),
      sellsToCompanies: z.boolean().nullable(),
      settingsVersion: count,
      filledAt: instant.nullable(),
      nextNightlyAt: instant.nullable(),
      hourlyCheckedAt: instant.nullable(),
      statusTokens: count,
      flowRunsLastWeek: count,
    }),
    connection: z.strictObject({
      kind: z.enum(['none', 'connected', 'refused']),
      connectedAt: instant.nullable(),
      refusedAt: instant.nullable(),
      accountShared: z.boolean(),
    }),
    settings: z.strictObject({
      audience,
      mapping,
      destination: z.strictObject({
        list: z.boolean(),
        existing: z.enum(['update', 'leave']),
        mostNew: count.nullable(),
        sharing: z.enum(['plain', 'prefixed', 'following']),
      }),
      loyalty: z.strictObject({ on: z.boolean(), recorded: z.array(z.enum(meanings)), dropped: count }),
      syncing: z.strictObject({
        syncDelayMs: count,
        nightlyReconcile: z.boolean(),
        hourlyCheck: z.boolean(),
        holdAbovePercent: count.nullable(),
      }),
    }),
    runs: z.array(run).describe('The last 20, newest first.'),
    outcomes: z.array(
      z.strictObject({ state: code, code: z.enum(reasonCodes).nullable(), customers: z.int(), everSynced: z.int() }),
    ),
    errors: z.strictObject({
      customers: z
        .array(z.strictObject({ code: z.enum(reasonCodes).nullable(), words: maskedWords, customers: count }))
        .describe('What Klaviyo says of customers with an issue, of the first 10,000.'),
      fieldsLeftOut: z.array(
        z.strictObject({
          field: z.string().regex(/^[a-z_.]{1,40}$/),
          reason: code,
          words: maskedWords,
          customers: count,
        }),
      ),
      requests: z
        .array(
          z.strictObject({
            kind: code,
            outcome: code,
            status: z.int().nullable(),
            words: maskedWords,
            requests: count,
            lastAt: instant,
            medianMs: count,
            longestMs: count,
          }),
        )
        .describe('Requests of the last seven days that carried profiles.'),
    }),
    hours: z.array(hour).describe('The last 48 hours in which anything happened.'),
    deliveryTimes: z
      .array(z.strictObject({ upToMs: count.nullable(), changes: count }))
      .describe('Changes of the last seven days by how long they took to be accepted.'),
    heard: z.strictObject({
      topics: z.array(z.strictObject({ topic: z.string().regex(/^[a-z_]+\/[a-z_]+$/), at: instant })),
      metafields: count,
      metafieldsLastAt: instant.nullable(),
    }),
    hindrances: z.strictObject({
      shopify: z.strictObject({ why: code, since: instant }).nullable(),
      shopifyAwaySince: instant.nullable(),
      blocked: z.array(z.strictObject({ kind: code, reason: code.nullable(), since: instant, until: instant })),
    }),
    outbox: z.array(
      z.strictObject({ kind: code, state: code, requests: count, oldestAt: instant, mostAttempts: count }),
    ),
    marks: z.strictObject({ waiting: count, leased: count, retried: count, confirming: count }),
    allowance: z.array(
      z.strictObject({
        endpoint: z.string().regex(/^[A-Za-z_ /.{}-]{1,80}$/),
        callsInWindows: z.array(count),
        usedAt: instant,
        blockedUntil: instant.nullable(),
        failures: count,
        failingSince: instant.nullable(),
        failingWhy: code.nullable(),
      }),
    ),
  })
  .meta({ title: 'Lockstep support file' })

export type SupportBundle = z.infer<typeof supportBundle>
