import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/**
 * Records when webhooks of these topics last arrived; an older time never replaces a newer one. Does nothing for an unknown or uninstalled
 * shop.
 */
export async function saveWebhookTopics(
  topics: readonly { readonly shop: ShopDomain; readonly topic: string; readonly at: Date }[],
): Promise<void> {
  await execute(
    sql`
    insert into webhook_topic as t (shop, topic, received_at)
    select h.shop, h.topic, max(h.received_at)
    from unnest(${topics.map((h) => h.shop)}::text[], ${topics.map((h) => h.topic)}::text[], ${topics.map((h) => h.at)}::timestamptz[])
      as h (shop, topic, received_at)
    join shop s on s.domain = h.shop and s.uninstalled_at is null
    group by h.shop, h.topic order by h.shop, h.topic
    on conflict (shop, topic) do update set received_at = greatest(t.received_at, excluded.received_at)`,
    autocommit,
  )
}

/** Returns when a webhook of each topic last arrived; a topic that never did is not in the list. */
export async function listWebhookTopics(shop: ShopDomain): Promise<{ topic: string; receivedAt: Date }[]> {
  const rows = await rowsOf<Pick<rows.webhook_topic, 'topic' | 'received_at'>>(
    sql`select topic, received_at from webhook_topic where shop = ${shop} order by received_at desc, topic`,
    autocommit,
  )
  return rows.map((row) => ({ topic: row.topic, receivedAt: row.received_at }))
}
