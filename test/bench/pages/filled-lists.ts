import { randomUUID } from 'node:crypto'
import type pg from 'pg'

export interface FilledLists {
  readonly domain: string
  readonly profiles: number
  /** Customers with a change that waits, and customers that an open import carries. */
  readonly marks: number
  readonly carried: number
}

const FIRST_ID = 7_000_000_000_000

/**
 * A shop with customers in every list. The first fifth has no address, so that the list of those in sync begins behind them; the others are
 * mixed. The newest changed, or are in an import.
 */
export async function fillLists(client: pg.Client, { domain, profiles, marks, carried }: FilledLists): Promise<void> {
  const job = randomUUID()
  await client.query(
    'insert into shop (domain, installed_at, facts_read_at, filled_at) values ($1, now(), now(), now())',
    [domain],
  )
  await client.query(
    `insert into connection (shop, account_id, account_name, sealed_key, connected_at) values ($1, $1, 'Bench', '', now())`,
    [domain],
  )
  await client.query(
    `insert into profile (shop, customer_id, state, code, klaviyo_id, hash, shopify_updated_at, read_at, synced_at, issue_since, resolved_code,
        resolved_at, omitted, request)
     select $1, ${FIRST_ID} + n, k.state, k.code, case when k.state = 'synced' then md5(n::text) end, left(md5(n::text), 22), now(), now(),
       case when k.state = 'synced' then now() - make_interval(secs => n % 86000) end,
       case when k.state <> 'synced' then now() - make_interval(secs => (n::bigint * 7919) % 900000) end,
       case when k.state = 'synced' and n % 100 = 50 then 'invalid_email' end,
       case when k.state = 'synced' and n % 100 = 50 then now() - make_interval(secs => n % 500000) end,
       case when k.state = 'synced' and n % 200 = 60 then '[{"field": "phone_number", "reason": "taken", "words": "", "value": ""}]'::jsonb end,
       case when n > $2::int - $3::int then $4::uuid end
     from generate_series(1, $2::int) n cross join lateral (
       select case when n <= $2::int / 5 then 'excluded' when n > $2::int - $3::int then 'synced'
           when n % 100 < 6 then 'issue' when n % 100 < 12 then 'excluded' when n % 100 < 14 then 'pending' else 'synced' end as state,
         case when n <= $2::int / 5 then 'no_email' when n > $2::int - $3::int then null
           when n % 100 < 2 then 'invalid_email' when n % 100 < 4 then 'profile_refused' when n % 100 < 6 then 'klaviyo_unavailable'
           when n % 100 < 8 then 'rule_tags' when n % 100 < 10 then 'rule_consent' when n % 100 < 11 then 'already_in_klaviyo'
           when n % 100 < 12 then 'future_only' when n % 100 < 14 then 'limit' end as code) as k`,
    [domain, profiles, carried, job],
  )
  await client.query(
    `insert into outbox (shop, id, kind, subject, payload, customers, synced_before, not_before, created_at)
     select $1, $2::uuid, 'import', $2, '{}', array_agg(customer_id), array_agg(null::timestamptz), now(), now()
     from profile where shop = $1 and request = $2::uuid`,
    [domain, job],
  )
  await client.query(
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
     select $1, ${FIRST_ID} + $2::int - $3::int - n, now(), now() - make_interval(secs => n % 900), now() from generate_series(1, $4::int) n`,
    [domain, profiles, carried, marks],
  )
  await client.query(
    `insert into profile_count (shop, state, code, profiles, ever_synced)
     select shop, state, coalesce(code, ''), count(*), count(synced_at) from profile where shop = $1 group by 1, 2, 3`,
    [domain],
  )
}
