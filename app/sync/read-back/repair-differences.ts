import { type Difference, differingAgain, isRepaired, MISSING_PROFILE, type Verdict } from '#app/core/flow/read-back.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import type { Sql } from '#app/store/database.ts'
import { findRepairs, repairProfiles } from '#app/store/profile-repairs.ts'
import type { StoredProfile } from '#app/store/profiles.ts'
import { type DifferingField, findContestedFields } from '#app/store/read-back-fields.ts'
import type { ReadBackCounts } from '#app/store/read-backs.ts'

/** The profiles that are not as they were sent, and the fields that something else writes. */
export interface Differences {
  readonly byCustomer: ReadonlyMap<CustomerId, Difference>
  readonly contested: ReadonlySet<FieldName>
}

/** Collects what differs, and what is known of it: when it was repaired, and whether the repair lasted. */
export async function differencesIn(
  shop: ShopDomain,
  readBack: string,
  verdicts: ReadonlyMap<CustomerId, Verdict>,
): Promise<Differences> {
  const fields = new Map<CustomerId, readonly FieldName[]>()
  for (const [customerId, verdict] of verdicts) {
    if (verdict.kind === 'differs') fields.set(customerId, verdict.fields)
    if (verdict.kind === 'missing') fields.set(customerId, [MISSING_PROFILE])
  }
  if (fields.size === 0) return { byCustomer: new Map(), contested: new Set() }
  const repairs = await findRepairs(shop, [...fields.keys()])
  const byCustomer = new Map(
    [...fields].map(([id, names]): [CustomerId, Difference] => [
      id,
      { fields: names, repair: repairs.get(id) ?? null },
    ]),
  )
  const again = [...byCustomer.values()].flatMap(differingAgain)
  return { byCustomer, contested: new Set([...(await findContestedFields(shop, readBack)), ...again]) }
}

/** Leaves out these customers. */
export function withoutCustomers(
  { byCustomer, contested }: Differences,
  leftOut: ReadonlySet<CustomerId>,
): Differences {
  return { byCustomer: new Map([...byCustomer].filter(([customerId]) => !leftOut.has(customerId))), contested }
}

/** Has those profiles sent again that may be. Returns their customers, and what is to be said of each field. */
export async function repairDifferences(
  shop: ShopDomain,
  {
    differences: { byCustomer, contested },
    known,
    now,
  }: { differences: Differences; known: ReadonlyMap<CustomerId, StoredProfile>; now: Date },
  on: Sql,
): Promise<{ repaired: ReadonlySet<CustomerId>; fields: readonly DifferingField[] }> {
  const toRepair = [...byCustomer].flatMap(([customerId, difference]) => {
    const hash = known.get(customerId)?.hash
    return hash && isRepaired(difference, contested, now) ? { customerId, hash, fields: difference.fields } : []
  })
  const repaired = await repairProfiles(shop, toRepair, now, on)
  const names = new Set([...byCustomer.values()].flatMap(({ fields }) => fields))
  const fields = [...names].map((field): DifferingField => {
    const having = [...byCustomer].filter(([, difference]) => difference.fields.includes(field))
    const again = having.filter(([, difference]) => differingAgain(difference).includes(field))
    return {
      field,
      customers: having.length,
      repaired: having.filter(([customerId]) => repaired.has(customerId)).length,
      again: again.length,
      contested: contested.has(field),
      // Those in whom it differs again say most.
      examples: [...again, ...having.filter((one) => !again.includes(one))].map(([customerId]) => customerId),
    }
  })
  return { repaired, fields }
}

/** Counts verdicts by kind. */
export function countsOf(verdicts: ReadonlyMap<CustomerId, Verdict>): Omit<ReadBackCounts, 'repaired'> {
  const counts = { asSent: 0, differing: 0, missing: 0, skipped: 0 }
  for (const { kind } of verdicts.values())
    counts[kind === 'as_sent' ? 'asSent' : kind === 'differs' ? 'differing' : kind]++
  return counts
}
