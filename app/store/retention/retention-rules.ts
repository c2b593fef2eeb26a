import { dropLeftGatherings } from '../standings.ts'
import { dropUnaskedIdentifiers } from '../tombstones.ts'
import { deleteWhere, dropStatement } from './drop-statement.ts'
import { adoptOrphans, eraseGoneShop } from './gone-shops.ts'
import { forgetLeftImport } from './left-imports.ts'
import type { RetentionRule } from './retention-rule.ts'
import { dropUnusedFieldSets } from './unused-field-sets.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

const PRIVACY_LAW = 'https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance'

/** By which rule the rows of every table go. A table may have several; the sweep takes what is past its time, in this order. */
export const retentionRules: readonly RetentionRule[] = [
  {
    table: 'connection',
    rows: 'of shops without the app, with the sealed key',
    keepMs: 2 * DAY_MS,
    why: 'A shop that comes back at once goes on without a new key. Two days after the app was uninstalled, Shopify asks for all of it to be erased.',
    source: PRIVACY_LAW,
    drop: dropStatement(`
      delete from connection where shop = any (array(
        select s.domain from shop s join connection c on c.shop = s.domain where s.uninstalled_at < $1 limit $2
        for update of s skip locked))`),
  },
  {
    table: 'shop',
    rows: 'without the app, with all that is held of them',
    keepMs: 60 * DAY_MS,
    why: 'Shopify asks for the erasure two days after the app was uninstalled; should that never come, it is done all the same.',
    source: PRIVACY_LAW,
    drop: eraseGoneShop,
  },
  {
    table: 'shop',
    rows: 'that are erased, and of which something was written meanwhile',
    keepMs: 0,
    why: 'Nothing is held of a shop that is erased. What is found counts as long gone.',
    everyMs: HOUR_MS,
    drop: async () => {
      await adoptOrphans()
      return 0
    },
  },
  {
    table: 'Session',
    rows: 'that have expired, of members of staff or of shops without the app',
    keepMs: DAY_MS,
    why: 'Nobody can use them. The expired session of a shop that has the app stays: with it the token is renewed. All go with app/uninstalled.',
    drop: deleteWhere(
      '"Session"',
      `coalesce(t.expires, 'epoch') < $1::timestamptz at time zone 'UTC'
        and (t."isOnline" or not exists (select 1 from shop s where s.domain = t.shop and s.uninstalled_at is null))`,
    ),
  },
  {
    table: 'klaviyo_budget',
    rows: 'of accounts that no shop is connected to',
    keepMs: DAY_MS,
    why: 'The longest of the limits counts calls of one minute, and a wait that Klaviyo asked for is over before the day begins.',
    source: 'https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling',
    drop: deleteWhere(
      'klaviyo_budget',
      't.used_at < $1 and not exists (select 1 from connection c where c.account_id = t.account_id)',
    ),
  },
  {
    table: 'dirty_customer',
    rows: 'all',
    goesWith: 'shop',
    why: 'Goes when the change is settled. While a shop is off or not connected, it is what is sent once it is on again; one row a customer.',
  },
  {
    table: 'profile',
    rows: 'all',
    goesWith: 'shop',
    why: 'Goes with the customer, or with an erasure. A deleted customer whose Klaviyo profile is known stays, so that what they were sent is cleared when another customer takes the address over.',
  },
  { table: 'loyalty_value', rows: 'all', goesWith: 'shop', why: 'Goes with the profile, and with loyalty activity.' },
  {
    table: 'loyalty_event',
    rows: 'that could not be recorded',
    keepMs: 30 * DAY_MS,
    why: 'Waits while the shop is off, not connected, or its key may not record events. Old news is of no use to a flow; the loyalty page counts what was given up.',
    drop: dropStatement(`
      with dropped as (
        delete from loyalty_event where ctid = any (array(
          select t.ctid from loyalty_event t where t.at < $1 limit $2 for update of t skip locked))
        returning shop
      ), counted as (
        update shop s set loyalty_dropped = s.loyalty_dropped + d.events
        from (select shop, count(*)::int as events from dropped group by shop order by shop) d where s.domain = d.shop
      ) select 1 from dropped`),
  },
  {
    table: 'field_set',
    rows: 'that no profile refers to',
    keepMs: DAY_MS,
    why: 'Sets that come and go within a push are not made anew each time.',
    drop: dropUnusedFieldSets,
  },
  { table: 'profile_count', rows: 'all', goesWith: 'shop', why: 'One row for each state and reason.' },
  {
    table: 'synced_minute',
    rows: 'all',
    keepMs: 25 * HOUR_MS,
    why: 'The card counts the last twenty-four hours.',
    drop: deleteWhere('synced_minute', 't.minute < $1'),
  },
  {
    table: 'sync_run',
    rows: 'that are over, but for the last of each kind, trigger and end',
    keepMs: 90 * DAY_MS,
    why: 'Recent activity shows them. The card, refills and the estimate of how long a run takes look at the last ones, however old.',
    everyMs: HOUR_MS,
    drop: deleteWhere(
      'sync_run',
      `t.finished_at < $1 and t.state in ('finished', 'failed', 'cancelled') and exists (
        select 1 from sync_run n where n.shop = t.shop and n.kind = t.kind and n.trigger = t.trigger and n.state = t.state
          and n.requested_at > t.requested_at)`,
    ),
  },
  {
    table: 'sync_hour',
    rows: 'all',
    keepMs: 90 * DAY_MS,
    why: 'Recent activity shows them, as far back as runs.',
    drop: deleteWhere('sync_hour', 't.hour < $1'),
  },
  {
    table: 'import_job',
    rows: 'that nobody could look after',
    keepMs: 30 * DAY_MS,
    why: 'Goes when its customers are settled. A shop that is not connected for so long is compared in full when it comes back.',
    drop: forgetLeftImport,
  },
  {
    table: 'settled_import',
    rows: 'that nobody could ask about',
    keepMs: 30 * DAY_MS,
    why: 'Goes when the ids are learnt. Later they are found by the sealed address.',
    drop: deleteWhere('settled_import', 't.not_before < $1'),
  },
  {
    table: 'customer_merge',
    rows: 'that nobody could carry out',
    keepMs: 90 * DAY_MS,
    why: 'Goes when the profiles are one. After so long without a connection the customer who went is treated as deleted.',
    drop: deleteWhere('customer_merge', 't.not_before < $1'),
  },
  {
    table: 'customer_count',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'The file that is counted is there for seven days.',
    source: 'https://shopify.dev/docs/api/admin-graphql/latest/objects/BulkOperation',
    drop: deleteWhere('customer_count', 't.asked_at < $1'),
  },
  { table: 'topic_heard', rows: 'all', goesWith: 'shop', why: 'One row for each topic.' },
  {
    table: 'tombstone',
    rows: 'all',
    goesWith: 'shop',
    why: 'A customer who was erased on request is never synced again.',
  },
  {
    table: 'tombstone',
    rows: 'the sealed identifiers of people whom Klaviyo cannot be asked to delete',
    keepMs: 30 * DAY_MS,
    why: 'Within that time a redaction is to be carried out. Where Klaviyo can be asked, they go when it finds nothing.',
    source: PRIVACY_LAW,
    drop: dropUnaskedIdentifiers,
  },
  {
    table: 'data_request',
    rows: 'all',
    keepMs: 90 * DAY_MS,
    why: 'The merchant has a month to answer, and three where the law lets it be extended (article 12 (3) of the GDPR).',
    source: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
    drop: deleteWhere('data_request', 't.requested_at < $1'),
  },
  {
    table: 'flow_action_run',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'Flow repeats a run under the same id while it has no usable answer, which ends within days.',
    source: 'https://shopify.dev/docs/apps/build/flow/actions/endpoints',
    drop: deleteWhere('flow_action_run', 't.received_at < $1'),
  },
  { table: 'standing', rows: 'all', goesWith: 'standing_gathering', why: 'Nobody asks for it without its gathering.' },
  {
    table: 'standing_gathering',
    rows: 'that nobody goes on with, but for runs that are not over',
    keepMs: HOUR_MS,
    why: 'A count is asked for again within seconds while somebody waits for it. One that a run asked for goes when the run ends.',
    drop: dropLeftGatherings,
  },
]
