import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption, Refusal } from '#app/core/flow/push-outcome.ts'
import type { CallFacts } from '#app/core/flow/sent-request.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { type KlaviyoError, refusalOf } from './klaviyo-errors.ts'
import { ownerIn } from './owner-in.ts'
import { pathOf } from './page-links.ts'
import { type OutgoingProfile, profilePayload } from './profile-payload.ts'

// https://developers.klaviyo.com/en/docs/use_klaviyos_bulk_profile_import_api

export type ImportOutcome =
  | { readonly kind: 'accepted'; readonly klaviyoJob: string }
  /** Nothing was imported. `byIndex` holds the profiles that the errors point at; empty if they point at none. */
  | { readonly kind: 'refused'; readonly byIndex: ReadonlyMap<number, Refusal>; readonly whole: Refusal }
  | Interruption

const job = z.object({
  data: z.object({
    id: z.string().min(1),
    attributes: z.object({
      status: z.enum(['queued', 'processing', 'complete', 'cancelled']),
      total_count: z.number().nullish(),
      completed_count: z.number().nullish(),
      failed_count: z.number().nullish(),
    }),
  }),
})

/** Submits many profiles as one import; `onEnd` gets the facts of each exchange. Klaviyo accepts or refuses them as a whole. */
export async function submitImport(
  access: KlaviyoAccess,
  profiles: readonly OutgoingProfile[],
  onEnd: (facts: CallFacts) => void = () => {},
): Promise<ImportOutcome> {
  const resources = profiles.map(profilePayload).join(',')
  const body = `{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[${resources}]}}}}`
  const answer = await askKlaviyo(access, { method: 'POST', path: '/api/profile-bulk-import-jobs', body, onEnd })
  if (answer.kind === 'answered') {
    const read = readAs(job, answer.body)
    return read ? { kind: 'accepted', klaviyoJob: read.data.id } : { kind: 'unavailable' }
  }
  if (answer.kind !== 'refused') return answer
  return { kind: 'refused', byIndex: refusalsByIndex(answer.errors), whole: refusalOf(answer.errors) }
}

const POINTER = /\/profiles\/data\/(\d+)(?:\/|$)/

function refusalsByIndex(errors: readonly KlaviyoError[]): Map<number, Refusal> {
  const byIndex = new Map<number, KlaviyoError[]>()
  for (const error of errors) {
    const index = POINTER.exec(error.pointer)?.[1]
    if (index !== undefined) byIndex.set(Number(index), [...(byIndex.get(Number(index)) ?? []), error])
  }
  return new Map([...byIndex].map(([index, found]) => [index, refusalOf(found)]))
}

/** How many profiles an import had, according to Klaviyo; null where it does not say. */
export interface ImportCounts {
  readonly total: number | null
  readonly completed: number | null
  readonly failed: number | null
}

export type ImportState =
  | { readonly kind: 'under_way' }
  | { readonly kind: 'complete'; readonly counts: ImportCounts }
  /** Cancelled, expired or unknown: what it applied is unknown. */
  | { readonly kind: 'lost' }
  | Interruption

/** Returns the state of an import. */
export async function findImport(access: KlaviyoAccess, klaviyoJob: string): Promise<ImportState> {
  const answer = await askKlaviyo(access, {
    method: 'GET',
    path: `/api/profile-bulk-import-jobs/${encodeURIComponent(klaviyoJob)}`,
  })
  if (answer.kind === 'refused') return { kind: 'lost' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(job, answer.body)
  if (!read) return { kind: 'unavailable' }
  const { status, total_count, completed_count, failed_count } = read.data.attributes
  if (status === 'complete') {
    const counts = { total: total_count ?? null, completed: completed_count ?? null, failed: failed_count ?? null }
    return { kind: 'complete', counts }
  }
  return { kind: status === 'cancelled' ? 'lost' : 'under_way' }
}

const errorPage = z.object({
  data: z.array(z.object({ attributes: z.object({ original_payload: z.unknown() }) })),
  links: z.object({ next: z.string().nullish() }).nullish(),
})
const identifiers = z.object({ id: z.unknown(), properties: z.record(z.string(), z.unknown()).catch({}) })
const payload = z.union([
  z
    .object({ id: z.unknown(), attributes: z.record(z.string(), z.unknown()) })
    .transform(({ id, attributes }) => identifiers.parse({ ...attributes, id })),
  // Klaviyo may repeat them flat, with the profile's id (if it was sent) beside its attributes.
  identifiers,
])

/** A profile that an import failed for, identified by what Klaviyo repeats of it; null where it does not say. */
export interface FailedProfile {
  readonly customerId: CustomerId | null
  readonly klaviyoId: string | null
}

function failedProfileOf(echo: unknown, ownerProperties: readonly string[]): FailedProfile {
  const read = payload.safeParse(echo).data
  return {
    customerId: ownerIn(read?.properties, ownerProperties),
    klaviyoId: typeof read?.id === 'string' ? read.id : null,
  }
}

/**
 * Returns a page of the profiles that an import could not apply. Only the ids that Klaviyo repeats are used, because the rest need not be
 * what was sent; `next` is the next page's path, null on the last. `ownerProperties` are those that may name a profile's customer.
 */
export async function listImportErrors(
  access: KlaviyoAccess,
  page: { klaviyoJob: string } | { next: string },
  ownerProperties: readonly string[],
): Promise<
  | {
      readonly kind: 'page'
      readonly failed: readonly FailedProfile[]
      readonly next: string | null
    }
  | Interruption
> {
  const path =
    'next' in page
      ? page.next
      : `/api/profile-bulk-import-jobs/${encodeURIComponent(page.klaviyoJob)}/import-errors?page[size]=100`
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(errorPage, answer.body)
  if (!read) return { kind: 'unavailable' }
  const failed = read.data.map(({ attributes }) => failedProfileOf(attributes.original_payload, ownerProperties))
  return { kind: 'page', failed, next: pathOf(read.links?.next) }
}

const jobList = z.object({
  data: z.array(
    z.object({ attributes: z.object({ created_at: z.string().nullish(), total_count: z.number().nullish() }) }),
  ),
  links: z.object({ next: z.string().nullish() }).nullish(),
})

/** What is known of an import whose submission was never answered. */
export interface UnansweredImport {
  /** It was created between these instants, if at all. */
  readonly since: Date
  readonly until: Date
  /** It has at most this many profiles: fewer if it was submitted again without those that Klaviyo refused. */
  readonly profiles: number
}

/**
 * Reads a page of the account's running imports, oldest first. Returns whether one of them may be that import. `next` is the next page's
 * path, null if no later one may be it.
 */
export async function mayBeRunning(
  access: KlaviyoAccess,
  unanswered: UnansweredImport,
  page: { next: string } | null = null,
): Promise<{ readonly kind: 'found'; readonly underWay: boolean; readonly next: string | null } | Interruption> {
  const first =
    '/api/profile-bulk-import-jobs?filter=any(status,["queued","processing"])&sort=created_at&page[size]=100'
  const answer = await askKlaviyo(access, { method: 'GET', path: page?.next ?? first })
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(jobList, answer.body)
  if (!read) return { kind: 'unavailable' }
  const jobs = read.data.map(({ attributes }) => ({
    madeAt: attributes.created_at ? new Date(attributes.created_at) : null,
    profiles: attributes.total_count ?? null,
  }))
  const underWay = jobs.some(
    ({ madeAt, profiles }) =>
      (!madeAt || (madeAt >= unanswered.since && madeAt <= unanswered.until)) &&
      (profiles === null || profiles <= unanswered.profiles),
  )
  const isPast = jobs.some(({ madeAt }) => madeAt && madeAt > unanswered.until)
  return { kind: 'found', underWay, next: underWay || isPast ? null : pathOf(read.links?.next) }
}
