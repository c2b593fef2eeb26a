import { z } from 'zod'
import type { Interruption, Refusal } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { type KlaviyoError, refusalOf } from './klaviyo-errors.ts'
import { pathOf } from './page-links.ts'
import { type OutgoingProfile, profilePayload } from './profile-payload.ts'

// https://developers.klaviyo.com/en/docs/use_klaviyos_bulk_profile_import_api

export type ImportOutcome =
  | { readonly kind: 'accepted'; readonly klaviyoJob: string }
  /** Nothing was imported. `byIndex` names the profiles that the errors point at; empty when they point at none. */
  | { readonly kind: 'refused'; readonly byIndex: ReadonlyMap<number, Refusal>; readonly whole: Refusal }
  | Interruption

const job = z.object({
  data: z.object({
    id: z.string().min(1),
    attributes: z.object({
      status: z.enum(['queued', 'processing', 'complete', 'cancelled']),
      failed_count: z.number().nullish(),
    }),
  }),
})

/** Hands many profiles over in one import. They are taken or refused as a whole. */
export async function submitImport(key: string, profiles: readonly OutgoingProfile[]): Promise<ImportOutcome> {
  const resources = profiles.map(profilePayload).join(',')
  const body = `{"data":{"type":"profile-bulk-import-job","attributes":{"profiles":{"data":[${resources}]}}}}`
  const answer = await askKlaviyo(key, { method: 'POST', path: '/api/profile-bulk-import-jobs', body })
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

export type ImportState =
  | { readonly kind: 'under_way' }
  | { readonly kind: 'complete'; readonly failed: number }
  /** Cancelled, or expired, or never heard of: what it applied is not known. */
  | { readonly kind: 'lost' }
  | Interruption

/** How an import stands. */
export async function findImport(key: string, klaviyoJob: string): Promise<ImportState> {
  const answer = await askKlaviyo(key, {
    method: 'GET',
    path: `/api/profile-bulk-import-jobs/${encodeURIComponent(klaviyoJob)}`,
  })
  if (answer.kind === 'refused') return { kind: 'lost' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(job, answer.body)
  if (!read) return { kind: 'unavailable' }
  const { status, failed_count } = read.data.attributes
  if (status === 'complete') return { kind: 'complete', failed: failed_count ?? 0 }
  return { kind: status === 'cancelled' ? 'lost' : 'under_way' }
}

const errorPage = z.object({
  data: z.array(z.object({ attributes: z.object({ original_payload: z.unknown() }) })),
  links: z.object({ next: z.string().nullish() }).nullish(),
})
const payload = z.union([
  z.object({ attributes: z.record(z.string(), z.unknown()) }).transform(({ attributes }) => attributes),
  // Flat, with the profile's id beside its attributes when it was sent.
  z.record(z.string(), z.unknown()).transform(({ id: _, ...attributes }) => attributes),
])

/**
 * A page of the profiles that an import could not apply, each as the attributes that were sent, or null where Klaviyo does
 * not say; `next` is the following page's path, null on the last.
 */
export async function listImportErrors(
  key: string,
  page: { klaviyoJob: string } | { next: string },
): Promise<
  | {
      readonly kind: 'page'
      readonly failed: readonly (Record<string, unknown> | null)[]
      readonly next: string | null
    }
  | Interruption
> {
  const path =
    'next' in page
      ? page.next
      : `/api/profile-bulk-import-jobs/${encodeURIComponent(page.klaviyoJob)}/import-errors?page[size]=100`
  const answer = await askKlaviyo(key, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(errorPage, answer.body)
  if (!read) return { kind: 'unavailable' }
  const failed = read.data.map(({ attributes }) => payload.safeParse(attributes.original_payload).data ?? null)
  return { kind: 'page', failed, next: pathOf(read.links?.next) }
}

const jobList = z.object({ data: z.array(z.object({ attributes: z.object({ created_at: z.string().nullish() }) })) })

/** Whether any import of the account that began since an instant is still under way. */
export async function hasImportUnderWay(
  key: string,
  since: Date,
): Promise<{ readonly kind: 'found'; readonly underWay: boolean } | Interruption> {
  const path =
    '/api/profile-bulk-import-jobs?filter=any(status,["queued","processing"])&sort=-created_at&page[size]=100'
  const answer = await askKlaviyo(key, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(jobList, answer.body)
  if (!read) return { kind: 'unavailable' }
  const underWay = read.data.some(
    ({ attributes }) => !attributes.created_at || new Date(attributes.created_at) >= since,
  )
  return { kind: 'found', underWay }
}
