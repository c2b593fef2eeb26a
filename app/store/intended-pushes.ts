import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, type Sql } from './database.ts'
import { forgetDeliveries } from './deliveries.ts'
import { holdFieldSets } from './field-sets.ts'
import { sealedAddress } from './profile-addresses.ts'
import { countingProfiles } from './profile-counts.ts'

/** A push that is about to be made, with every field that the profile may hold afterwards. */
export interface IntendedPush {
  readonly customerId: CustomerId
  readonly mayCarry: readonly FieldName[]
  readonly klaviyoId?: string | null
  readonly email?: string
  /** The request that is about to carry it. */
  readonly delivery?: string | null
}

/**
 * Records that profiles are about to be written one by one. If the answer is lost, or the process dies first, they are pushed again even if
 * nothing changed, and the fields they may hold can still be cleared.
 */
export async function saveIntendedPushes(
  shop: ShopDomain,
  pushes: readonly IntendedPush[],
  readAt: Date,
  on: Sql,
): Promise<void> {
  if (pushes.length === 0) return
  const sets = pushes.map((push) => push.mayCarry)
  const fieldSets = await holdFieldSets(shop, sets, on)
  const ids = pushes.map((push) => push.customerId)
  await countingProfiles(shop, ids, () => writeIntended(shop, pushes, { readAt, fieldSets }, on), on)
}

async function writeIntended(
  shop: ShopDomain,
  pushes: readonly IntendedPush[],
  { readAt, fieldSets }: { readAt: Date; fieldSets: readonly (number | null)[] },
  on: Sql,
): Promise<void> {
  await forgetDeliveries(
    shop,
    pushes.map((push) => push.customerId),
    on,
  )
  await execute(
    {
      name: 'save_intended_pushes',
      text: `
        insert into profile as p (shop, customer_id, state, read_at, field_set, sent_to, delivery)
        select $1, i.customer_id, 'pending', $2, i.field_set, i.sent_to, i.delivery
        from unnest($3::bigint[], $4::int[], $5::text[], $6::uuid[]) as i (customer_id, field_set, sent_to, delivery)
        where not exists (select 1 from tombstone t where t.shop = $1 and t.customer_id = i.customer_id)
        on conflict (shop, customer_id) do update set
          hash = null, field_set = excluded.field_set, code = nullif(p.code, 'limit'), delivery = excluded.delivery,
          sent_to = case when p.klaviyo_id is null then coalesce(excluded.sent_to, p.sent_to) end`,
      values: [
        shop,
        readAt,
        pushes.map((push) => push.customerId),
        fieldSets,
        pushes.map((push) => sealedAddress(shop, push)),
        pushes.map((push) => push.delivery ?? null),
      ],
    },
    on,
  )
}
