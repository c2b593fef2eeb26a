import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { checkCustomer, memberships, type Standing } from './check-customer.ts'
import { customerViewOf, type ShopView } from './customer-view.ts'
import { type KnownFault, knownFaults } from './known-faults.ts'
import type { LockstepRows } from './lockstep-rows.ts'
import { faultsOfTheWhole, profilesByOwner } from './whole-account.ts'

/** How many customers stand in each way. */
export interface LawReport extends Readonly<Record<Standing, number>> {
  readonly customers: number
  /** One sentence each; empty when the law holds. Ids only. */
  readonly differences: readonly string[]
}

/**
 * The one law, checked for every customer against the stand-ins' own state: the Klaviyo profile equals what the customer maps
 * to, or the customer is excluded by a named rule, or has an open issue with a reason. No two customers share a profile, no profile
 * is too many, and the numbers add up. The judge reads the promises anew and imports nothing of the app: a fault in the app's own
 * rules is none of the judge's.
 */
export function checkLaw(
  shop: Shop,
  account: AccountState,
  rows: LockstepRows,
  known: readonly KnownFault[] = knownFaults,
): LawReport {
  const view: ShopView = { shop, account, rows, byOwner: profilesByOwner(account.profiles()) }
  const rowOf = new Map(rows.profiles.map((row) => [row.customerId, row]))
  const counts = Object.fromEntries(memberships.map((standing) => [standing, 0])) as Record<Standing, number>
  const differences: string[] = []
  for (const customer of shop.customers.all()) {
    const row = rowOf.get(customer.id)
    rowOf.delete(customer.id)
    const { standing, faults } = row
      ? checkCustomer(customerViewOf(customer, row, view))
      : { standing: null, faults: ['Lockstep does not know of them'] }
    if (standing) counts[standing]++
    differences.push(...faults.map((fault) => `customer ${customer.id}: ${fault}`))
  }
  for (const [gone, { state }] of rowOf) {
    if (state === 'gone') continue // remembered by ids alone, for whoever has the address next
    differences.push(`customer ${gone}: is not in Shopify any more, and Lockstep keeps them`)
  }
  const report = { customers: shop.customers.count, ...counts }
  differences.push(...faultsOfTheWhole(view), ...sumsThatFail(report, rows))
  const isKnown = (difference: string) => known.some(({ sentence }) => sentence.test(difference))
  return { ...report, differences: differences.filter((difference) => !isKnown(difference)) }
}

function sumsThatFail(
  report: Omit<LawReport, 'differences'>,
  { pending, counted, miscounted }: LockstepRows,
): string[] {
  const failing: string[] = []
  const issues = report.invalidEmail + report.otherIssues
  if (pending > 0) failing.push(`${pending} customers are still pending`)
  const excluded = report.byRule + report.noEmail + report.futureOnly + report.alreadyInKlaviyo
  if (report.synced + excluded + issues + pending + report.atLimit !== report.customers) {
    failing.push('synced + pending + excluded + issues is not the number of customers')
  }
  const expected = { synced: report.synced, excluded, issues, pending: 0, atLimit: report.atLimit }
  failing.push(...miscounted.map((what) => `the counts say ${what}`))
  if (JSON.stringify(counted) !== JSON.stringify(expected)) {
    failing.push(`the card counts ${JSON.stringify(counted)} where there are ${JSON.stringify(expected)}`)
  }
  return failing
}
