import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { ownerIn } from './owner-in.ts'
import { pathOf } from './page-links.ts'

/** A profile that an import wrote, and its customer. */
export interface ImportedProfile {
  readonly customerId: CustomerId
  readonly klaviyoId: string
}

const profilePage = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      attributes: z.object({ properties: z.record(z.string(), z.unknown()).nullish() }),
    }),
  ),
  links: z.object({ next: z.string().nullish() }).nullish(),
})

/**
 * Returns a page of the profiles that an import wrote; those that name no customer in `ownerProperties` are left out. `next` is the next page's
 * path, null on the last. `gone` if Klaviyo no longer keeps the import (it does for seven days).
 * https://developers.klaviyo.com/en/reference/get_profiles_for_bulk_import_profiles_job
 */
export async function listImportedProfiles(
  access: KlaviyoAccess,
  page: { klaviyoJob: string } | { next: string },
  ownerProperties: readonly string[],
): Promise<
  | { readonly kind: 'page'; readonly profiles: readonly ImportedProfile[]; readonly next: string | null }
  | { readonly kind: 'gone' }
  | Interruption
> {
  const path =
    'next' in page
      ? page.next
      : `/api/profile-bulk-import-jobs/${encodeURIComponent(page.klaviyoJob)}/profiles?fields[profile]=properties&page[size]=100`
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'gone' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(profilePage, answer.body)
  if (!read) return { kind: 'unavailable' }
  const profiles = read.data.flatMap(({ id: klaviyoId, attributes }) => {
    const customerId = ownerIn(attributes.properties, ownerProperties)
    return customerId === null ? [] : { customerId, klaviyoId }
  })
  return { kind: 'page', profiles, next: pathOf(read.links?.next) }
}
