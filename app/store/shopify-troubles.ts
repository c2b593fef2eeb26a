import type { ShopifyHindrance } from '#app/core/flow/shopify-trouble.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Records why Shopify refuses requests, and the fields it named. Returns whether that was not known. */
export async function saveShopifyTrouble(
  shop: ShopDomain,
  { why, words, now }: { why: ShopifyHindrance; words: string | null; now: Date },
  on: Sql,
): Promise<boolean> {
  const changed = await execute(
    sql`update shop set shopify_trouble = ${why}, shopify_trouble_words = ${words},
          shopify_trouble_at = case when shopify_trouble = ${why} then shopify_trouble_at else ${now} end
        where domain = ${shop} and (shopify_trouble is distinct from ${why} or shopify_trouble_words is distinct from ${words})`,
    on,
  )
  return changed === 1
}

/** Records that Shopify answers again. That does not say whether it still withholds fields. */
export async function clearShopifyTrouble(shop: ShopDomain): Promise<void> {
  await execute(
    sql`
    update shop set shopify_away_at = null,
      shopify_trouble = case when shopify_trouble = 'fields_withheld' then shopify_trouble end,
      shopify_trouble_words = case when shopify_trouble = 'fields_withheld' then shopify_trouble_words end,
      shopify_trouble_at = case when shopify_trouble = 'fields_withheld' then shopify_trouble_at end
    where domain = ${shop} and (shopify_away_at is not null or shopify_trouble <> 'fields_withheld')`,
    autocommit,
  )
}

/** Records that Shopify gave no usable answer, if it did before. */
export async function saveShopifyAway(shop: ShopDomain, now: Date): Promise<void> {
  await execute(
    sql`update shop set shopify_away_at = ${now} where domain = ${shop} and shopify_away_at is null`,
    autocommit,
  )
}

/** Forgets since when Shopify gave no usable answer, because nothing asks it any more. */
export async function forgetShopifyAway(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`update shop set shopify_away_at = null where domain = ${shop} and shopify_away_at is not null`, on)
}

/** Records that customers wait because Shopify withholds fields, and when that is checked again. Returns whether it was not known. */
export async function saveWithheld(
  shop: ShopDomain,
  { words, checkAt, now }: { words: string | null; checkAt: Date; now: Date },
  on: Sql,
): Promise<boolean> {
  await execute(
    sql`update shop set withheld_check_at = coalesce(withheld_check_at, ${checkAt}) where domain = ${shop}`,
    on,
  )
  return saveShopifyTrouble(shop, { why: 'fields_withheld', words, now }, on)
}

/** Returns one of the customers that wait because Shopify withholds fields; null if there is none. */
export async function findWithheld(shop: ShopDomain): Promise<CustomerId | null> {
  const [row] = await rowsOf<Pick<rows.profile, 'customer_id'>>(
    sql`
    select customer_id from profile where shop = ${shop} and state = 'issue' and code = 'fields_withheld' limit 1`,
    autocommit,
  )
  return row ? (row.customer_id as CustomerId) : null
}

/** Saves when to check again whether Shopify still withholds fields. */
export async function scheduleWithheldCheck(shop: ShopDomain, checkAt: Date): Promise<void> {
  await execute(sql`update shop set withheld_check_at = ${checkAt} where domain = ${shop}`, autocommit)
}

/** Records that Shopify withholds nothing any more, and marks every customer that waited for it. Returns how many. */
export async function releaseWithheld(shop: ShopDomain, now: Date, on: Sql): Promise<number> {
  const released = await execute(
    sql`
    insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
    select shop, customer_id, ${now}, ${now}, ${now} from profile
    where shop = ${shop} and state = 'issue' and code = 'fields_withheld'
    order by customer_id on conflict do nothing`,
    on,
  )
  await execute(
    sql`update shop set withheld_check_at = null, shopify_trouble = nullif(shopify_trouble, 'fields_withheld') where domain = ${shop}`,
    on,
  )
  return released
}

/**
 * Returns how many shops Shopify refuses, or withholds fields from, by reason. Only those that are asked: of one whose sync is off, or that
 * Klaviyo refuses, it is not known whether the reason still holds. One look at a small index.
 */
export async function countShopifyTroubles(): Promise<ReadonlyMap<ShopifyHindrance, number>> {
  const counted = await rowsOf<{ why: string; shops: number }>(
    sql`
    select s.shopify_trouble as why, count(*)::int as shops from shop s join connection c on c.shop = s.domain and c.refused_at is null
    where s.shopify_trouble is not null and s.uninstalled_at is null and s.status = 'on' group by s.shopify_trouble`,
    autocommit,
  )
  return new Map(counted.map(({ why, shops }) => [why as ShopifyHindrance, shops]))
}
