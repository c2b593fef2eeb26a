import { randomUUID } from 'node:crypto'
import type pg from 'pg'

export interface FilledShop {
  readonly domain: string
  readonly profiles: number
  /** Customers with a change that waits. */
  readonly marks: number
}

/**
 * A connected shop in the middle of a run: most of its profiles synced over the last day, four in a hundred without an
 * address, two with a malformed one.
 */
export async function fillShop(client: pg.Client, { domain, profiles, marks }: FilledShop): Promise<void> {
  await client.query(
    'insert into shop (domain, installed_at, full_sync_started_at, facts_read_at) values ($1, now(), now(), now())',
    [domain],
  )
  await client.query(
    `insert into connection (shop, account_id, account_name, sealed_key, connected_at) values ($1, $1, 'Bench', '', now())`,
    [domain],
  )
  await client.query(
    `insert into profile (shop, customer_id, state, code, klaviyo_id, hash, shopify_updated_at, read_at, synced_at)
     select $1, 7000000000000 + n,
       case when n % 100 < 4 then 'excluded' when n % 100 < 6 then 'issue' else 'synced' end,
       case when n % 100 < 4 then 'no_email' when n % 100 < 6 then 'invalid_email' end,
       md5(n::text), left(md5(n::text), 22), now(), now(),
       case when n % 100 >= 6 then now() - make_interval(secs => n % 86000) end
     from generate_series(1, $2::int) n`,
    [domain, profiles],
  )
  await client.query(
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
     select $1, 7000000000000 + n, now(), now(), now() from generate_series(1, $2::int) n`,
    [domain, marks],
  )
  await client.query(
    `insert into sync_run (id, shop, kind, trigger, state, requested_at, progress_at, not_before, expected, read)
     values ($1, $2, 'full', 'connecting', 'reading', now(), now(), now(), $3, $3 / 2)`,
    [randomUUID(), domain, profiles],
  )
}
