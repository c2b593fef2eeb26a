import type { ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/**
 * Records when webhooks of these topics last arrived; an older time never replaces a newer one. Does nothing for an unknown or uninstalled
 * shop.
 */
export async function saveTopicsHeard(
  heard: readonly { readonly shop: ShopDomain; readonly topic: string; readonly at: Date }[],
): Promise<void> {
  await execute(sql`
    insert into topic_heard as t (shop, topic, heard_at)
    select h.shop, h.topic, max(h.heard_at)
    from unnest(${heard.map((h) => h.shop)}::text[], ${heard.map((h) => h.topic)}::text[], ${heard.map((h) => h.at)}::timestamptz[])
      as h (shop, topic, heard_at)
    join shop s on s.domain = h.shop and s.uninstalled_at is null
    group by h.shop, h.topic order by h.shop, h.topic
    on conflict (shop, topic) do update set heard_at = greatest(t.heard_at, excluded.heard_at)`)
}

/** Returns when a webhook of each topic last arrived; a topic that never did is not in the list. */
export async function listTopicsHeard(shop: ShopDomain): Promise<{ topic: string; heardAt: Date }[]> {
  const found = await rowsOf<Pick<rows.topic_heard, 'topic' | 'heard_at'>>(
    sql`select topic, heard_at from topic_heard where shop = ${shop} order by heard_at desc, topic`,
  )
  return found.map((row) => ({ topic: row.topic, heardAt: row.heard_at }))
}
