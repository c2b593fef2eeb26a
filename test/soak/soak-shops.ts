import type { SoakOptions } from './options.ts'

/** A shop of the soak, and what happens to it. */
export interface SoakShop {
  readonly domain: string
  readonly account: string
  readonly key: string
  readonly customers: number
  /** Its share of all changes, among the weights of all shops. */
  readonly weight: number
  /** Points a second that Shopify gives back, by its plan. */
  readonly restoreRate: number
  /** `small` shops are those whose changes are timed. `newcomer` connects during the soak, so that it backfills beside the others. */
  readonly kind: 'big' | 'small' | 'hanging' | 'newcomer'
}

const BIG_SHARE = 0.1
const NEWCOMER_SHARE = 0.1
/** By the number of shops, so that few shops make a small soak: 1,500 and 6,000 with 200 shops. */
const NEWCOMER_CUSTOMERS_A_SHOP = 7.5
const BIGGEST_A_SHOP = 30
const SMALLEST = 40

/** Shops with a heavy tail: the biggest has a sixth of all changes of 200 shops, the shop with rank n the nth part of that. */
export function soakShops({ shops, hanging, seed }: Pick<SoakOptions, 'shops' | 'hanging' | 'seed'>): SoakShop[] {
  const big = Math.max(1, Math.round(shops * BIG_SHARE))
  const newcomers = Math.max(1, Math.round(shops * NEWCOMER_SHARE))
  const kindOf = (rank: number): SoakShop['kind'] => {
    if (rank < big) return 'big'
    if (rank < big + hanging) return 'hanging'
    return rank >= shops - newcomers ? 'newcomer' : 'small'
  }
  return Array.from({ length: shops }, (_, rank) => {
    const kind = kindOf(rank)
    const name = `soak-${seed}-${rank + 1}`
    return {
      domain: `${name}.myshopify.com`,
      account: `ACC-${name}`,
      key: `pk_${String(rank + 1).padStart(34, '0')}`,
      customers: customersOf(kind, rank, shops),
      weight: 1 / (rank + 1),
      restoreRate: rank < big / 4 ? 2_000 : kind === 'big' ? 1_000 : 100,
      kind,
    }
  })
}

function customersOf(kind: SoakShop['kind'], rank: number, shops: number): number {
  const customers = kind === 'newcomer' ? NEWCOMER_CUSTOMERS_A_SHOP * shops : (BIGGEST_A_SHOP * shops) / (rank + 1)
  return Math.max(SMALLEST, Math.round(customers))
}
