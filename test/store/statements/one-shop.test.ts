import { loadModule } from 'libpg-query'
import { beforeAll, expect, test } from 'vitest'
import { faultsOf } from './one-shop.ts'

beforeAll(() => loadModule())

/** $1 is a shop, $2 another, $3 a number. */
const values = [
  { expression: 'shop', type: 'ShopDomain' },
  { expression: 'other', type: 'ShopDomain' },
  { expression: 'limit', type: 'number' },
]
const faults = (text: string) => faultsOf({ text, values })

test.each([
  'select * from profile where shop = $1',
  'select * from shop s join connection c on c.shop = s.domain where s.domain = $1 and s.status = any($2)',
  'select * from profile p left join field_set f on f.shop = p.shop and f.id = p.field_set where p.shop = $1',
  'select 1 from profile p where p.shop = $1 and not exists (select 1 from tombstone t where t.shop = p.shop)',
  'insert into profile (shop, customer_id) values ($1, $3) on conflict do nothing',
  'insert into sync_hour (shop, hour) select domain, now() from shop where domain = $1',
  'insert into profile (shop, customer_id) select $1, c.* from unnest($3::bigint[]) as c',
  'with gone as (delete from dirty_customer where shop = $1 returning shop) update shop s set name = null from gone where s.domain = gone.shop',
  'delete from sync_hour where shop = $1 and ctid = any (array(select ctid from sync_hour where shop = $1 limit $3))',
  'select state from profile where shop = $1 union select state from sync_run where shop = $1',
  'select (select count(*) from outbox j where j.shop = $1) from shop s where s.domain = $1',
  'select * from klaviyo_budget where account_id = $2',
  'select 1',
])('names one shop: %s', (text) => {
  expect(faults(text)).toEqual([])
})

test.each([
  ['no shop', 'select * from profile where customer_id = $3'],
  ['no shop', 'delete from profile'],
  ['a shop or something else', 'select * from profile where shop = $1 or customer_id = $3'],
  ['a shop or something else, in brackets', 'select * from profile where (shop = $1 or true) and state = $2'],
  ['every shop but one', 'select * from profile where not (shop = $1)'],
  ['several shops', 'select * from profile where shop = any($1)'],
  ['a join without the shop', 'select * from profile p join field_set f on f.id = p.field_set where p.shop = $1'],
  [
    'a left join without the shop',
    'select * from profile p left join field_set f on f.id = p.field_set where p.shop = $1',
  ],
  [
    'a left join that alone names the shop',
    'select * from profile p left join field_set f on f.shop = $1 and p.shop = $1',
  ],
  ['a list of tables without a join', 'select * from profile p, tombstone t where p.shop = $1'],
  [
    'a sub-select without the shop',
    'select 1 from profile p where p.shop = $1 and exists (select 1 from tombstone t where t.customer_id = p.customer_id)',
  ],
  [
    'an array of a sub-select without the shop',
    'delete from sync_hour where shop = $1 and ctid = any (array(select ctid from sync_hour limit $3))',
  ],
  ['a sub-select of what is returned', 'select (select count(*) from outbox) from shop where domain = $1'],
  [
    'a with clause without the shop',
    'with all_marks as (select * from dirty_customer) select * from profile p where p.shop = $1',
  ],
  ['one arm of a union', 'select state from profile where shop = $1 union select state from sync_run'],
  ['two shops', 'select * from profile p join tombstone t on t.shop = $2 where p.shop = $1'],
  ['two shops at once', 'select * from profile where shop = $1 and shop = $2'],
  [
    'two shops in sub-selects',
    'select 1 from profile p where p.shop = $1 and exists (select 1 from tombstone t where t.shop = $2)',
  ],
  [
    'an insert for another shop',
    'insert into dirty_customer (shop, customer_id) select $2, customer_id from profile where shop = $1',
  ],
  ['an insert without a shop', 'insert into dirty_customer (customer_id) values ($3)'],
  ['an insert of two rows', 'insert into dirty_customer (shop, customer_id) values ($1, 1), ($2, 2)'],
  ['a changed shop', 'update profile set shop = $1 where shop = $1'],
  ['an update of all', 'update profile set state = $2'],
  ['an update from all', 'update profile p set state = s.status from shop s where p.shop = $1'],
  ['a delete using all', 'delete from profile p using tombstone t where p.shop = $1 and t.customer_id = p.customer_id'],
  [
    'a sub-select that is no join and leaves the shop to the level around it',
    'select (select count(*) from outbox j where j.shop = s.domain) from shop s where s.domain = $1',
  ],
  ['a value that is no shop', 'select * from profile where shop = $3'],
  [
    'a column of the same name in another table',
    'select * from profile p join tombstone t on p.shop = p.shop where t.shop = $1',
  ],
  [
    'accounts beside shops',
    'select * from connection c join klaviyo_budget b on b.account_id = c.account_id where c.shop = $1',
  ],
  ['a table that does not exist', 'select * from pg_class'],
])('does not name one shop: %s: %s', (_, text) => {
  expect(faults(text)).not.toEqual([])
})
