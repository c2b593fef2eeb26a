import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ComputedField } from '#app/core/profile/mapped-fields.ts'
import { execute, type Sql, sql } from './database.ts'

/**
 * Forgets times that are no longer sent. The profiles that have one are sent again even if the field is switched on before a comparison
 * has cleared it: what Klaviyo has would otherwise be taken for what is stored.
 */
export async function forgetTimes(shop: ShopDomain, fields: readonly ComputedField[], on: Sql): Promise<void> {
  if (fields.length === 0) return
  const [tier, changed] = [fields.includes('tierSince'), fields.includes('lastChanged')]
  await execute(
    sql`update profile p set hash = null from loyalty_value v
        where p.shop = ${shop} and v.shop = p.shop and v.customer_id = p.customer_id
          and ((${tier} and (v.tier_since is not null or v.sent_tier_since is not null))
            or (${changed} and (v.changed_at is not null or v.sent_changed_at is not null)))`,
    on,
  )
  await execute(
    sql`update loyalty_value set tier_since = case when ${tier} then null else tier_since end,
          sent_tier_since = case when ${tier} then null else sent_tier_since end,
          changed_at = case when ${changed} then null else changed_at end,
          sent_changed_at = case when ${changed} then null else sent_changed_at end
        where shop = ${shop} and (tier_since is not null or changed_at is not null or sent_tier_since is not null or sent_changed_at is not null)`,
    on,
  )
}

/** Has these profiles sent again, because what they were sent is not stored. */
export async function resendProfiles(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`update profile set hash = null where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}
