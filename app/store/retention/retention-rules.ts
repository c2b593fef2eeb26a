import { AUTHORIZATION_MS } from '#app/core/access/klaviyo-authorization.ts'
import type { RequestKind } from '#app/core/flow/outbox.ts'
import { sql } from '../database.ts'
import { dropRevocations } from '../klaviyo-revocations.ts'
import { dropAbandonedSnapshots } from '../memberships.ts'
import { dropUnaskedIdentifiers } from '../tombstones.ts'
import { abandonImport } from './abandoned-imports.ts'
import { dropByShop } from './drop-by-shop.ts'
import { adoptOrphans, eraseGoneShop } from './gone-shops.ts'
import { dropReadBacks } from './read-backs.ts'
import type { Batch, RetentionRule } from './retention-rule.ts'
import { dropBudgets, dropConnections, dropSessions } from './unconnected.ts'
import { dropUnusedFieldSets } from './unused-field-sets.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

/** A year and a month, so that a month can be compared with the same one of the year before. */
const HISTORY_MS = 400 * DAY_MS

const PRIVACY_LAW = 'https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance'

/** Drops requests of a kind that were written down before an instant. */
function dropRequests(kind: RequestKind): (batch: Batch) => Promise<number> {
  return dropByShop({
    find: ({ before, limit }) =>
      sql`select distinct shop from outbox where kind = ${kind} and created_at < ${before} limit ${limit}`,
    drop: (shop, { before, limit }) => sql`
      delete from outbox where shop = ${shop} and ctid = any (array(
        select ctid from outbox where shop = ${shop} and kind = ${kind} and created_at < ${before} limit ${limit} for update skip locked))`,
  })
}

/** The rules by which the rows of every table are deleted. A table may have several. The sweep applies them in this order. */
export const retentionRules: readonly RetentionRule[] = [
  {
    table: 'connection',
    rows: 'of shops without the app, with the encrypted key',
    keepMs: 2 * DAY_MS,
    why: 'A shop that is reinstalled soon continues without a new key. Two days after the uninstallation Shopify asks for all of its data to be erased.',
    source: PRIVACY_LAW,
    drop: dropConnections,
  },
  {
    table: 'shop',
    rows: 'without the app, with everything that is stored of them',
    keepMs: 30 * DAY_MS,
    why: 'Shopify asks for the erasure two days after the uninstallation. If that request never comes, the shop is erased all the same.',
    source: PRIVACY_LAW,
    drop: eraseGoneShop,
  },
  {
    table: 'shop',
    rows: 'that are erased, but of which rows were written meanwhile',
    keepMs: 0,
    why: 'Nothing may be stored of an erased shop. Such rows count as uninstalled long ago.',
    everyMs: DAY_MS,
    drop: async () => {
      await adoptOrphans()
      return 0
    },
  },
  {
    table: 'Session',
    rows: 'that have expired, of staff members or of shops without the app',
    keepMs: DAY_MS,
    why: 'They are of no use. The expired session of a shop that has the app is kept, because its token is renewed with it. All are deleted on app/uninstalled.',
    everyMs: HOUR_MS,
    drop: dropSessions,
  },
  {
    table: 'klaviyo_revocation',
    rows: 'that could not be sent to Klaviyo',
    keepMs: 7 * DAY_MS,
    why: 'Most are sent within a minute. A grant that nobody uses ends by itself after 90 days.',
    drop: dropRevocations,
  },
  {
    table: 'klaviyo_budget',
    rows: 'of accounts that no shop is connected to',
    keepMs: DAY_MS,
    why: 'The longest limit counts the calls of one minute, and a wait that Klaviyo asked for ends within the day.',
    source: 'https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling',
    everyMs: HOUR_MS,
    drop: dropBudgets,
  },
  {
    table: 'operator_fault',
    rows: 'all',
    goesWith: 'installation',
    why: 'Deleted when the fault is over. At most one row for each fault there is.',
  },
  {
    table: 'bulk_access',
    rows: 'all',
    goesWith: 'installation',
    why: 'One row: when a bulk query was last started, and whether Shopify refuses them to the app.',
  },
  {
    table: 'dirty_customer',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when the change is settled. While a shop is off or not connected, these changes wait to be sent once it is on again; one row for each customer.',
  },
  {
    table: 'profile',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted with the customer, or with an erasure. A deleted customer whose Klaviyo profile is known is kept, so that its delivered fields are cleared when another customer takes the address over.',
  },
  {
    table: 'loyalty_value',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted with the profile, and when neither events nor times of loyalty changes are wanted any more.',
  },
  {
    table: 'outbox',
    rows: 'events that could not be recorded',
    keepMs: 30 * DAY_MS,
    why: 'Waits while the shop is off, not connected, or its key lacks permission to record events. Old events are of no use to a flow; the loyalty page counts those that were given up.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from outbox where kind = 'event' and created_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        with dropped as (
          delete from outbox where shop = ${shop} and ctid = any (array(
            select ctid from outbox where shop = ${shop} and kind = 'event' and created_at < ${before} limit ${limit} for update skip locked))
          returning shop
        )
        update shop set loyalty_dropped = loyalty_dropped + (select count(*)::int from dropped) where domain = ${shop}`,
    }),
  },
  {
    table: 'delivery',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'A customer’s page shows the last request and Klaviyo’s answer for a week.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) => sql`select distinct shop from delivery where at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from delivery where shop = ${shop} and ctid = any (array(
          select ctid from delivery where shop = ${shop} and at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'profile',
    rows: 'the reason of an issue that was resolved, which is removed from the row',
    keepMs: 7 * DAY_MS,
    why: 'The customers page lists what was resolved in the last seven days.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from profile where resolved_at is not null and resolved_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        update profile set resolved_code = null, resolved_at = null where shop = ${shop} and ctid = any (array(
          select ctid from profile where shop = ${shop} and resolved_at is not null and resolved_at < ${before} limit ${limit}
          for update skip locked))`,
    }),
  },
  {
    table: 'reason_retry',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when all its customers are marked; one row for each reason.',
  },
  {
    table: 'field_set',
    rows: 'that no profile refers to',
    keepMs: DAY_MS,
    why: 'Sets that are unused only for a short time are not created again each time.',
    drop: dropUnusedFieldSets,
  },
  { table: 'profile_count', rows: 'all', goesWith: 'shop', why: 'One row for each state and reason.' },
  {
    table: 'synced_minute',
    rows: 'all',
    keepMs: 25 * HOUR_MS,
    why: 'The card counts the last twenty-four hours.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) => sql`select distinct shop from synced_minute where minute < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from synced_minute where shop = ${shop} and ctid = any (array(
          select ctid from synced_minute where shop = ${shop} and minute < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'sync_run',
    rows: 'that have ended, except for the last of each kind, trigger and end state',
    keepMs: HISTORY_MS,
    why: 'Recent activity and the history show them. The card, refills and the estimate of how long a run takes use the last ones, however old.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) => sql`
        select distinct t.shop from sync_run t where t.finished_at < ${before} and t.state in ('finished', 'failed', 'cancelled')
          and exists (select 1 from sync_run n where n.shop = t.shop and n.kind = t.kind and n.trigger = t.trigger
            and n.state = t.state and n.requested_at > t.requested_at) limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from sync_run where shop = ${shop} and ctid = any (array(
          select t.ctid from sync_run t where t.shop = ${shop} and t.finished_at < ${before} and t.state in ('finished', 'failed', 'cancelled')
            and exists (select 1 from sync_run n where n.shop = t.shop and n.kind = t.kind and n.trigger = t.trigger
              and n.state = t.state and n.requested_at > t.requested_at) limit ${limit} for update of t skip locked))`,
    }),
  },
  {
    table: 'read_back',
    rows: 'that have ended, except for the last that finished, with the fields that they found different',
    keepMs: 90 * DAY_MS,
    why: 'Recent activity shows the last ones. The next read-back asks which fields the last that finished found written by something else.',
    everyMs: HOUR_MS,
    drop: dropReadBacks,
  },
  {
    table: 'read_back_field',
    rows: 'all',
    goesWith: 'read_back',
    why: 'It is shown with its read-back.',
  },
  {
    table: 'profile_repair',
    rows: 'all',
    keepMs: 30 * DAY_MS,
    why: 'A profile that differs again within that time is written by something else. Deleted with the customer before.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from profile_repair where repaired_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from profile_repair where shop = ${shop} and ctid = any (array(
          select ctid from profile_repair where shop = ${shop} and repaired_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'sync_hour',
    rows: 'all',
    keepMs: HISTORY_MS,
    why: 'Recent activity shows them, as far back as runs.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) => sql`select distinct shop from sync_hour where hour < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from sync_hour where shop = ${shop} and ctid = any (array(
          select ctid from sync_hour where shop = ${shop} and hour < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'unchanged_chunk',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when the run ends; of a run that was cancelled at that moment, when the next one begins.',
  },
  {
    table: 'outbox',
    rows: 'imports that could not be checked',
    keepMs: 30 * DAY_MS,
    why: 'Deleted when its customers are settled. A shop that was not connected for so long is compared in full when it is connected again.',
    drop: abandonImport,
  },
  {
    table: 'outbox',
    rows: 'requests for the Klaviyo ids of an import that could not be sent',
    keepMs: 30 * DAY_MS,
    why: 'Deleted when the ids are fetched. Later, profiles are found by the encrypted address.',
    drop: dropRequests('fetch_ids'),
  },
  {
    table: 'outbox',
    rows: 'merges that could not be carried out',
    keepMs: 90 * DAY_MS,
    why: 'Deleted when the profiles are merged. After so long without a connection the merged customer is treated as deleted.',
    drop: dropRequests('merge'),
  },
  {
    table: 'customer_count',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'Shopify keeps the counted file for seven days.',
    source: 'https://shopify.dev/docs/api/admin-graphql/latest/objects/BulkOperation',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from customer_count where asked_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from customer_count where shop = ${shop} and ctid = any (array(
          select ctid from customer_count where shop = ${shop} and asked_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'dry_run',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'The last of a shop. After a week the shop has changed so much that its figures say nothing. It names at most fifty customers, by number.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) => sql`select distinct shop from dry_run where asked_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from dry_run where shop = ${shop} and ctid = any (array(
          select ctid from dry_run where shop = ${shop} and asked_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  { table: 'blocked', rows: 'all', goesWith: 'shop', why: 'One row for each kind of work.' },
  {
    table: 'webhook_topic',
    rows: 'all',
    goesWith: 'shop',
    why: 'One row for each topic, and for each metafield that Shopify is asked to tell of.',
  },
  {
    table: 'tombstone',
    rows: 'all',
    goesWith: 'shop',
    why: 'A customer that was erased on request is never synced again.',
  },
  {
    table: 'outbox',
    rows: 'erasures, with the encrypted identifiers, of people that Klaviyo cannot be asked to delete',
    keepMs: 30 * DAY_MS,
    why: 'A redaction has to be carried out within that time. Where Klaviyo can be asked, they are deleted when it finds no profile.',
    source: PRIVACY_LAW,
    drop: dropUnaskedIdentifiers,
  },
  {
    table: 'data_request',
    rows: 'all',
    keepMs: 90 * DAY_MS,
    why: 'The merchant has a month to answer, and three where the law lets it be extended (article 12 (3) of the GDPR).',
    source: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from data_request where requested_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from data_request where shop = ${shop} and ctid = any (array(
          select ctid from data_request where shop = ${shop} and requested_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'flow_action_run',
    rows: 'all',
    keepMs: 7 * DAY_MS,
    why: 'Flow repeats a run under the same id until it gets a usable answer, for some days at most.',
    source: 'https://shopify.dev/docs/apps/build/flow/actions/endpoints',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from flow_action_run where received_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from flow_action_run where shop = ${shop} and ctid = any (array(
          select ctid from flow_action_run where shop = ${shop} and received_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'segment_sync',
    rows: 'that could not be finished',
    keepMs: 7 * DAY_MS,
    why: 'Waits while the shop is off or not connected. Deleted when all customers of the segment are marked.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from segment_sync where asked_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from segment_sync where shop = ${shop} and ctid = any (array(
          select ctid from segment_sync where shop = ${shop} and asked_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'segment_list_member',
    rows: 'of segments that are no longer kept as lists',
    keepMs: 30 * DAY_MS,
    why: 'A merchant who asks again within a month goes on with the list. Those of a kept segment are deleted when the customer has left it.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from segment_list where stopped_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from segment_list_member where shop = ${shop} and ctid = any (array(
          select m.ctid from segment_list_member m
          join segment_list l on l.shop = ${shop} and l.segment = m.segment and l.stopped_at < ${before}
          where m.shop = ${shop} limit ${limit} for update of m skip locked))`,
    }),
  },
  {
    table: 'segment_list',
    rows: 'that are no longer kept',
    keepMs: 30 * DAY_MS,
    why: 'Their page says for a month why.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from segment_list where stopped_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from segment_list where shop = ${shop} and ctid = any (array(
          select l.ctid from segment_list l where l.shop = ${shop} and l.stopped_at < ${before} and not exists (
            select 1 from segment_list_member m where m.shop = ${shop} and m.segment = l.segment)
          limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'flow_trigger',
    rows: 'all',
    goesWith: 'shop',
    why: 'Shopify tells only once that a workflow uses a trigger.',
  },
  {
    table: 'flow_trigger_request',
    rows: 'that could not be sent',
    keepMs: DAY_MS,
    why: 'A workflow that starts later than a day after what it follows from misleads. Deleted when Shopify has taken or refused it.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from flow_trigger_request where created_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from flow_trigger_request where shop = ${shop} and ctid = any (array(
          select ctid from flow_trigger_request where shop = ${shop} and created_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'alert_channel',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when the merchant removes it; one row for each kind of channel.',
  },
  {
    table: 'alert_watch',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when nobody is told any more; one row for a shop.',
  },
  {
    table: 'alert',
    rows: 'that are over',
    keepMs: 30 * DAY_MS,
    why: 'The weekly summary names those of a week, and the messages about them are shown as long.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from alert where opened_at < ${before} and over_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from alert where shop = ${shop} and ctid = any (array(
          select ctid from alert where shop = ${shop} and opened_at < ${before} and over_at < ${before} limit ${limit}
          for update skip locked))`,
    }),
  },
  {
    table: 'alert_message',
    rows: 'all',
    keepMs: 30 * DAY_MS,
    why: 'The page about alerts shows the last ones. One that could not be sent is given up after a day.',
    everyMs: HOUR_MS,
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from alert_message where created_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from alert_message where shop = ${shop} and ctid = any (array(
          select ctid from alert_message where shop = ${shop} and created_at < ${before} limit ${limit} for update skip locked))`,
    }),
  },
  {
    table: 'status_token',
    rows: 'all',
    goesWith: 'shop',
    why: 'Deleted when the merchant revokes it, and on app/uninstalled; at most twenty for a shop.',
  },
  {
    table: 'klaviyo_authorization',
    rows: 'all',
    keepMs: AUTHORIZATION_MS,
    why: 'A login at Klaviyo is ended within ten minutes, which deletes it, or has to be begun again.',
    drop: dropByShop({
      find: ({ before, limit }) =>
        sql`select distinct shop from klaviyo_authorization where created_at < ${before} limit ${limit}`,
      drop: (shop, { before, limit }) => sql`
        delete from klaviyo_authorization where shop = ${shop} and ctid = any (array(
          select ctid from klaviyo_authorization where shop = ${shop} and created_at < ${before} limit ${limit}
          for update skip locked))`,
    }),
  },
  {
    table: 'request_limit',
    rows: 'all',
    goesWith: 'shop',
    why: 'One row for each kind of request that is limited; it says only until when the limit is used up.',
  },
  {
    table: 'customer_membership',
    rows: 'all',
    goesWith: 'membership_snapshot',
    why: 'It is read only through its snapshot.',
  },
  {
    table: 'membership_snapshot',
    rows: 'that are not continued, except those of runs that have not ended',
    keepMs: HOUR_MS,
    why: 'A count is requested again within seconds while a page waits for it. A run’s snapshot is deleted when the run ends.',
    drop: dropAbandonedSnapshots,
  },
]
