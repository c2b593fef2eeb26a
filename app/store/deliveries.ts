import type { MadeRequest, SentRequest } from '#app/core/flow/sent-request.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/**
 * Saves what came of requests, all in one statement. A request that was saved before is left as it is, and one that is no customer's last any
 * more, because the customer was erased meanwhile or sent again, is not saved.
 */
export async function saveDeliveries(shop: ShopDomain, requests: readonly MadeRequest[], on: Sql): Promise<void> {
  if (requests.length === 0) return
  await execute(
    {
      name: 'save_deliveries',
      text: `
        insert into delivery (shop, id, kind, at, took_ms, profiles, run, outcome, status, words, hash, klaviyo_id, cleared)
        select $1, r.id, r.kind, r.at, r.took_ms, r.profiles, r.run, r.outcome, r.status, r.words, r.hash, r.klaviyo_id, r.cleared::text[]
        from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::int[], $7::uuid[], $8::text[], $9::int[], $10::text[],
            $11::text[], $12::text[], $13::text[], $14::bigint[])
          as r (id, kind, at, took_ms, profiles, run, outcome, status, words, hash, klaviyo_id, cleared, customer_id)
        where r.kind = 'import' or exists (
          select 1 from profile p where p.shop = $1 and p.customer_id = r.customer_id and p.delivery = r.id)
        on conflict do nothing`,
      values: [
        shop,
        requests.map(({ id }) => id),
        requests.map(({ kind }) => kind),
        requests.map(({ at }) => at),
        requests.map(({ tookMs }) => Math.round(tookMs)),
        requests.map(({ profiles }) => profiles),
        requests.map(({ run }) => run),
        requests.map(({ outcome }) => outcome),
        requests.map(({ status }) => status),
        requests.map(({ words }) => words),
        requests.map(({ hash }) => hash),
        requests.map(({ klaviyoId }) => klaviyoId),
        requests.map(({ cleared }) => arrayText(cleared)),
        requests.map(({ customerId }) => customerId),
      ],
    },
    on,
  )
}

/** Returns the request that carried a customer's profile last; null if none did, or it was more than a week ago. */
export async function findDelivery(shop: ShopDomain, id: string): Promise<SentRequest | null> {
  const [row] = await rowsOf<rows.delivery>(
    sql`select * from delivery where shop = ${shop} and id = ${id}::uuid`,
    autocommit,
  )
  if (!row) return null
  return {
    id: row.id,
    kind: row.kind as SentRequest['kind'],
    at: row.at,
    tookMs: row.took_ms,
    profiles: row.profiles,
    run: row.run,
    outcome: row.outcome as SentRequest['outcome'],
    status: row.status,
    words: row.words,
    hash: row.hash,
    klaviyoId: row.klaviyo_id,
    cleared: row.cleared,
  }
}

/**
 * Deletes what is known of the last requests that carried each of these customers alone: before others take their place, so that none is left
 * to which no customer leads, and when a customer is erased.
 */
export async function forgetDeliveries(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  await execute(
    sql`delete from delivery d using profile p
        where p.shop = ${shop} and p.customer_id = any(${customerIds}::bigint[]) and d.shop = ${shop} and d.id = p.delivery and d.kind = 'upsert'`,
    on,
  )
}

/** The text form of an array: unnest would flatten an array of arrays. */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
