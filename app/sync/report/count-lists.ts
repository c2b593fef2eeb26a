import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type RuleCode, ruleCodes } from '#app/core/issue/reason-code.ts'
import { customerPartsOf } from '#app/core/report/customer-parts.ts'
import { type ListCount, type ListCounts, otherIssueCodes } from '#app/core/report/unsynced-customers.ts'
import { rulesInForce } from '#app/core/settings/audience.ts'
import { findCustomerSums } from '#app/store/customer-sums.ts'
import { countOmitted } from '#app/store/profile-counts.ts'
import { countResolved } from '#app/store/profile-lists.ts'
import { findShop } from '#app/store/shops.ts'
import { RESOLVED_FOR_MS } from './list-unsynced-customers.ts'

/** As the card counts: of what is not kept as a count, no more rows are looked at than this. */
const MOST_COUNTED = 10_000

/** How many customers each list of the customers page has, by the counts that the card shows as well. */
export async function countLists(shop: ShopDomain, now: Date): Promise<ListCounts> {
  const [{ counts, marks }, omitted, resolved, known] = await Promise.all([
    findCustomerSums(shop, { upTo: MOST_COUNTED }),
    countOmitted(shop, { upTo: MOST_COUNTED }),
    countResolved(shop, { since: after(now, -RESOLVED_FOR_MS), upTo: MOST_COUNTED }),
    findShop(shop),
  ])
  const parts = customerPartsOf(counts, marks)
  const { leftOut, futureOnly, alreadyInKlaviyo, waitingAtLimit } = parts
  const inForce = known ? rulesInForce(known.audience) : []
  const rules = ruleCodes.filter((code) => inForce.includes(code) || leftOut[code] > 0)
  const choices = [
    { reason: 'future_only', customers: futureOnly },
    { reason: 'already_in_klaviyo', customers: alreadyInKlaviyo },
    { reason: 'limit', customers: waitingAtLimit },
  ] as const
  const byRule = rules.map((reason: RuleCode) => ({ reason, customers: leftOut[reason] }))
  const listed = [...byRule, ...choices.filter(({ customers }) => customers > 0)]
  const countOf = (reason: string) =>
    counts.reduce((sum, { state, code, profiles }) => (state === 'issue' && code === reason ? sum + profiles : sum), 0)
  const isCut = marks.all >= MOST_COUNTED || marks.unknown >= MOST_COUNTED
  return {
    tabs: {
      in_sync: { customers: parts.inSync, more: false },
      waiting: { customers: parts.waiting, more: isCut },
      left_out: exactly(listed.reduce((sum, { customers }) => sum + customers, 0)),
      no_email: exactly(parts.noEmail),
      invalid_email: exactly(parts.invalidEmail),
      other: exactly(parts.otherIssues),
      omitted: upTo(omitted),
      resolved: upTo(resolved),
    },
    leftOut: listed,
    other: otherIssueCodes
      .map((reason) => ({ reason, customers: countOf(reason) }))
      .filter(({ customers }) => customers > 0),
  }
}

function exactly(customers: number): ListCount {
  return { customers, more: false }
}

function upTo(customers: number): ListCount {
  return { customers, more: customers >= MOST_COUNTED }
}
