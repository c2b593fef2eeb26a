import { z } from 'zod'
import { type CustomerId, customerGid } from '#app/core/ids.ts'
import type { Judged } from '#app/core/profile/rules.ts'
import { readJson } from './bulk-file.ts'

/** A customer with no more than what rules, and the question whether they can be sent at all, ask for. */
export interface JudgedCustomer extends Judged {
  readonly id: CustomerId
  readonly email: string | null
}

const judged = z.object({
  id: customerGid,
  state: z.string(),
  tags: z.array(z.string()),
  defaultEmailAddress: z.object({ emailAddress: z.string().nullable(), marketingState: z.string() }).nullable(),
  defaultAddress: z.object({ countryCodeV2: z.string().nullable() }).nullable(),
})

/** A line of the file that BULK_JUDGED asks for; null when it has another shape, so that the rules cannot be evaluated. */
export function parseJudgedLine(line: string): JudgedCustomer | null {
  const read = judged.safeParse(readJson(line))
  if (!read.success) return null
  const { id, state, tags, defaultEmailAddress, defaultAddress } = read.data
  return {
    id,
    state,
    tags,
    email: defaultEmailAddress?.emailAddress ?? null,
    emailConsent: defaultEmailAddress?.marketingState ?? null,
    address: defaultAddress && { countryCode: defaultAddress.countryCodeV2 },
  }
}
