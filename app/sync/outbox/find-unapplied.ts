import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { ownerPropertiesOf } from '#app/core/profile/sharing.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type FailedProfile, type ImportCounts, listImportErrors } from '#app/klaviyo/import-jobs.ts'
import { listImportedProfiles } from '#app/klaviyo/imported-profiles.ts'
import { autocommit } from '#app/store/database.ts'
import { listCarriedCustomers } from '#app/store/imports.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { callKlaviyo } from './call-klaviyo.ts'

interface Sent {
  readonly id: string
  readonly profiles: number
}

/**
 * The customers that a complete import did not apply. Its errors name those it failed on. When they name fewer than it counts as failed, or
 * its counts do not add up to what was sent, every customer that is not among the imported profiles is returned.
 */
export async function findUnapplied(
  turn: ShopTurn,
  job: Sent,
  { klaviyoJob, counts }: { klaviyoJob: string; counts: ImportCounts },
): Promise<{ readonly kind: 'found'; readonly customers: readonly CustomerId[] } | Interruption> {
  const addsUp = addUp(job, counts)
  if (addsUp && counts.failed === 0) return { kind: 'found', customers: [] }
  const ownerProperties = ownerPropertiesOf(turn.policy.mapping)
  const carried = await listCarriedCustomers(turn.shop, job.id, autocommit)
  const errors = await readPages(turn, endpoints.listImportErrors, klaviyoJob, async (access, page) => {
    const answer = await listImportErrors(access, page, ownerProperties)
    return answer.kind === 'page' ? { ...answer, entries: answer.failed } : answer
  })
  if (errors.kind !== 'all') return errors
  const failed = new Set(carried.filter(isOneOf(errors.entries)).map(({ customerId }) => customerId))
  if (addsUp && failed.size >= (counts.failed ?? 0)) return { kind: 'found', customers: [...failed] }
  const applied = await readPages(turn, endpoints.listImported, klaviyoJob, async (access, page) => {
    const answer = await listImportedProfiles(access, page, ownerProperties)
    return answer.kind === 'page' ? { ...answer, entries: answer.profiles } : answer
  })
  if (applied.kind !== 'all') return applied
  const cameOut = new Set(applied.entries.map(({ customerId }) => customerId))
  const customers = carried.map(({ customerId }) => customerId).filter((id) => failed.has(id) || !cameOut.has(id))
  return { kind: 'found', customers }
}

function addUp({ profiles }: Sent, { total, completed, failed }: ImportCounts): boolean {
  if (completed === null || failed === null) return false
  return completed + failed === profiles && (total === null || total === profiles)
}

function isOneOf(failed: readonly FailedProfile[]) {
  const customers = new Set(failed.map(({ customerId }) => customerId))
  const ids = new Set(failed.map(({ klaviyoId }) => klaviyoId))
  return ({ customerId, klaviyoId }: { customerId: CustomerId; klaviyoId: string | null }) =>
    customers.has(customerId) || (klaviyoId !== null && ids.has(klaviyoId))
}

type Page = { klaviyoJob: string } | { next: string }
type Paged<Entry> = { readonly kind: 'page'; readonly entries: readonly Entry[]; readonly next: string | null }

/** Returns all entries of a list that belongs to an import; an empty list if Klaviyo no longer has the import. */
async function readPages<Entry>(
  turn: ShopTurn,
  endpoint: (typeof endpoints)['listImported' | 'listImportErrors'],
  klaviyoJob: string,
  read: (access: KlaviyoAccess, page: Page) => Promise<Paged<Entry> | { readonly kind: 'gone' } | Interruption>,
): Promise<{ readonly kind: 'all'; readonly entries: readonly Entry[] } | Interruption> {
  const entries: Entry[] = []
  for (let page: Page | null = { klaviyoJob }; page; ) {
    const at: Page = page
    const answer: Paged<Entry> | { readonly kind: 'gone' } | Interruption = await callKlaviyo(
      turn,
      endpoint,
      (access) => read(access, at),
    )
    if (answer.kind === 'gone') return { kind: 'all', entries: [] }
    if (answer.kind !== 'page') return answer
    entries.push(...answer.entries)
    page = answer.next === null ? null : { next: answer.next }
  }
  return { kind: 'all', entries }
}
