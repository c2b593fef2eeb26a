import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'

const accounts = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1),
        attributes: z.object({ contact_information: z.object({ organization_name: z.string().nullish() }).nullish() }),
      }),
    )
    .min(1),
})

export type AccountAnswer =
  | { readonly kind: 'found'; readonly accountId: string; readonly accountName: string }
  | { readonly kind: 'refused' }
  | Interruption

/** Returns the account that a key or a token belongs to. https://developers.klaviyo.com/en/reference/get_accounts */
export async function findAccount(access: KlaviyoAccess): Promise<AccountAnswer> {
  const answer = await askKlaviyo(access, { method: 'GET', path: '/api/accounts' })
  if (answer.kind === 'refused') return { kind: 'refused' }
  if (answer.kind !== 'answered') return answer
  const [account] = readAs(accounts, answer.body)?.data ?? []
  if (!account) return { kind: 'unavailable' }
  const accountName = account.attributes.contact_information?.organization_name || account.id
  return { kind: 'found', accountId: account.id, accountName }
}
