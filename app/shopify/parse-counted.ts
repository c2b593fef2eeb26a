import { z } from 'zod'
import { type CustomerId, customerGid } from '#app/core/ids.ts'
import type { RuleInput } from '#app/core/settings/audience.ts'
import { readJson } from './bulk-file.ts'

/** A customer with only the fields that are needed to apply the rules and to decide whether it can be synced. */
export interface CountedCustomer extends RuleInput {
  readonly id: CustomerId
  readonly email: string | null
}

const countedCustomer = z.object({
  id: customerGid,
  state: z.string(),
  tags: z.array(z.string()),
  defaultEmailAddress: z.object({ emailAddress: z.string().nullable(), marketingState: z.string() }).nullable(),
  defaultAddress: z.object({ countryCodeV2: z.string().nullable() }).nullable(),
})

/** Parses a line of the file that BULK_RULE_INPUTS asks for; null if it has another shape, so that the rules cannot be applied. */
export function parseCountedLine(line: string): CountedCustomer | null {
  const read = countedCustomer.safeParse(readJson(line))
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
