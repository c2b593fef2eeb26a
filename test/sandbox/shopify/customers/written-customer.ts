import { gidOf } from '../global-id.ts'
import type { Customer } from './customer.ts'
import type { Metafield, Money, StoreCreditAccount } from './customer-values.ts'

type Metafields = Readonly<Record<string, Metafield>>

/** What an action did to one metafield, by `namespace.key`. */
interface MetafieldWrite {
  readonly name: string
  readonly how: 'added' | 'updated' | 'removed'
}

/** A customer's metafields after one action; null takes one away. A metafield that is written again keeps the instant it was created at. */
export function withWrites(
  before: Metafields,
  writes: Readonly<Record<string, Metafield | null>>,
): { metafields: Metafields; changed: MetafieldWrite[] } {
  const metafields: Record<string, Metafield> = { ...before }
  const changed = Object.entries(writes).flatMap(([name, metafield]): MetafieldWrite[] => {
    const old = before[name]
    if (!metafield) {
      delete metafields[name]
      return old ? [{ name, how: 'removed' }] : []
    }
    metafields[name] = old ? { ...metafield, createdAt: old.createdAt ?? old.updatedAt } : metafield
    return [{ name, how: old ? 'updated' : 'added' }]
  })
  return { metafields, changed }
}

/** A customer's store credit with another balance in one currency. */
export function withBalance({ id, storeCreditAccounts }: Customer, balance: Money): StoreCreditAccount[] {
  const others = storeCreditAccounts.filter((account) => account.balance.currencyCode !== balance.currencyCode)
  const known = storeCreditAccounts.find((account) => !others.includes(account))
  // A customer has fewer than ten currencies, so that the ids of two customers cannot meet.
  const newId = gidOf('StoreCreditAccount', `${id}${storeCreditAccounts.length}`)
  return [...others, { id: known?.id ?? newId, balance }].toSorted((one, other) => (one.id < other.id ? -1 : 1))
}
