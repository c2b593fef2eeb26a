import type { ChannelKind } from '#app/core/alert/channel.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { placeOf as channelPlace } from '../alert-channels.ts'
import { placeOf as connectionPlace } from '../connections.ts'
import { sql } from '../database.ts'
import { placeOf as tokenPlace } from '../klaviyo-grants.ts'
import { placeOf as revocationPlace } from '../klaviyo-revocations.ts'
import { addressPlace } from '../profile-addresses.ts'
import { placeOf as sessionPlace } from '../sessions.ts'
import { placeOf as erasurePlace } from '../tombstones.ts'
import { columnsOf, type SealedColumn } from './sealed-column.ts'

/** Every place in the database that holds sealed values. A test finds files that seal and are not named here. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'connection',
    column: 'sealed_key',
    sealedBy: 'connections.ts',
    shopsIn: 'shop',
    place: (shop) => connectionPlace(shop),
    list: (shop, { newest, after, limit }) => sql`
      select shop as key, sealed_key as sealed from connection
      where shop = ${shop} and ${after}::text is null and sealed_key <> '' and not starts_with(sealed_key, ${newest}) limit ${limit}`,
    replace: (shop, values) => {
      const [, sealed, resealed] = columnsOf(values)
      return sql`
        update connection set sealed_key = ${resealed[0]} where shop = ${shop} and sealed_key = ${sealed[0]}`
    },
    countOthers: (newest) =>
      sql`select count(*)::int as rows from connection where sealed_key <> '' and not starts_with(sealed_key, ${newest})`,
    sample: () => sql`
      select shop, key, sealed from (
        select shop, shop as key, sealed_key as sealed, row_number() over (partition by left(sealed_key, strpos(sealed_key, '.'))) as place
        from connection where sealed_key <> '') as c where place <= 3`,
  },
  {
    table: 'connection',
    column: 'sealed_refresh_token',
    sealedBy: 'klaviyo-grants.ts',
    shopsIn: 'shop',
    place: (shop) => tokenPlace(shop, 'refresh'),
    list: (shop, { newest, after, limit }) => sql`
      select shop as key, sealed_refresh_token as sealed from connection
      where shop = ${shop} and ${after}::text is null and not starts_with(sealed_refresh_token, ${newest}) limit ${limit}`,
    replace: (shop, values) => {
      const [, sealed, resealed] = columnsOf(values)
      return sql`
        update connection set sealed_refresh_token = ${resealed[0]} where shop = ${shop} and sealed_refresh_token = ${sealed[0]}`
    },
    countOthers: (newest) =>
      sql`select count(*)::int as rows from connection where not starts_with(sealed_refresh_token, ${newest})`,
    sample: () => sql`
      select shop, key, sealed from (
        select shop, shop as key, sealed_refresh_token as sealed,
          row_number() over (partition by left(sealed_refresh_token, strpos(sealed_refresh_token, '.'))) as place
        from connection where sealed_refresh_token is not null) as c where place <= 3`,
  },
  {
    table: 'connection',
    column: 'sealed_access_token',
    sealedBy: 'klaviyo-grants.ts',
    shopsIn: 'shop',
    place: (shop) => tokenPlace(shop, 'access'),
    list: (shop, { newest, after, limit }) => sql`
      select shop as key, sealed_access_token as sealed from connection
      where shop = ${shop} and ${after}::text is null and not starts_with(sealed_access_token, ${newest}) limit ${limit}`,
    replace: (shop, values) => {
      const [, sealed, resealed] = columnsOf(values)
      return sql`
        update connection set sealed_access_token = ${resealed[0]} where shop = ${shop} and sealed_access_token = ${sealed[0]}`
    },
    countOthers: (newest) =>
      sql`select count(*)::int as rows from connection where not starts_with(sealed_access_token, ${newest})`,
  },
  {
    table: 'klaviyo_revocation',
    column: 'sealed_refresh_token',
    sealedBy: 'klaviyo-revocations.ts',
    shopsIn: 'nowhere',
    place: (_shop, id) => revocationPlace(id),
    list: (_shop, { newest, after, limit }) => sql`
      select id::text as key, sealed_refresh_token as sealed from klaviyo_revocation
      where id::text > coalesce(${after}, '') and not starts_with(sealed_refresh_token, ${newest}) order by id::text limit ${limit}`,
    replace: (_shop, values) => {
      const [ids, sealed, resealed] = columnsOf(values)
      return sql`
        update klaviyo_revocation r set sealed_refresh_token = n.resealed
        from unnest(${ids}::uuid[], ${sealed}::text[], ${resealed}::text[]) as n (id, sealed, resealed)
        where r.id = n.id and r.sealed_refresh_token = n.sealed`
    },
    countOthers: (newest) =>
      sql`select count(*)::int as rows from klaviyo_revocation where not starts_with(sealed_refresh_token, ${newest})`,
  },
  {
    table: 'Session',
    column: 'accessToken',
    sealedBy: 'sessions.ts',
    shopsIn: 'session',
    place: (_shop, id) => sessionPlace({ id }),
    list: (shop, { newest, after, limit }) => sql`
      select id as key, "accessToken" as sealed from "Session"
      where shop = ${shop} and id > coalesce(${after}, '') and "accessToken" <> '' and not starts_with("accessToken", ${newest})
      order by id limit ${limit}`,
    replace: (shop, values) => {
      const [ids, sealed, resealed] = columnsOf(values)
      return sql`
        update "Session" s set "accessToken" = n.resealed
        from unnest(${ids}::text[], ${sealed}::text[], ${resealed}::text[]) as n (id, sealed, resealed)
        where s.shop = ${shop} and s.id = n.id and s."accessToken" = n.sealed`
    },
    countOthers: (newest) => sql`
      select count(*)::int as rows from "Session" where "accessToken" <> '' and not starts_with("accessToken", ${newest})`,
    sample: () => sql`
      select shop, key, sealed from (
        select shop, id as key, "accessToken" as sealed,
          row_number() over (partition by left("accessToken", strpos("accessToken", '.')) order by expires desc nulls last) as place
        from "Session" where "accessToken" <> '') as s where place <= 3`,
  },
  {
    table: 'Session',
    column: 'refreshToken',
    sealedBy: 'sessions.ts',
    shopsIn: 'session',
    place: (_shop, id) => sessionPlace({ id }),
    list: (shop, { newest, after, limit }) => sql`
      select id as key, "refreshToken" as sealed from "Session"
      where shop = ${shop} and id > coalesce(${after}, '') and "refreshToken" <> '' and not starts_with("refreshToken", ${newest})
      order by id limit ${limit}`,
    replace: (shop, values) => {
      const [ids, sealed, resealed] = columnsOf(values)
      return sql`
        update "Session" s set "refreshToken" = n.resealed
        from unnest(${ids}::text[], ${sealed}::text[], ${resealed}::text[]) as n (id, sealed, resealed)
        where s.shop = ${shop} and s.id = n.id and s."refreshToken" = n.sealed`
    },
    countOthers: (newest) => sql`
      select count(*)::int as rows from "Session" where "refreshToken" <> '' and not starts_with("refreshToken", ${newest})`,
  },
  {
    table: 'alert_channel',
    column: 'sealed_target',
    sealedBy: 'alert-channels.ts',
    shopsIn: 'shop',
    place: (shop, kind) => channelPlace(shop, kind as ChannelKind, 'target'),
    list: (shop, { newest, after, limit }) => sql`
      select kind as key, sealed_target as sealed from alert_channel
      where shop = ${shop} and kind > coalesce(${after}, '') and not starts_with(sealed_target, ${newest})
      order by kind limit ${limit}`,
    replace: (shop, values) => {
      const [kinds, sealed, resealed] = columnsOf(values)
      return sql`
        update alert_channel c set sealed_target = n.resealed
        from unnest(${kinds}::text[], ${sealed}::text[], ${resealed}::text[]) as n (kind, sealed, resealed)
        where c.shop = ${shop} and c.kind = n.kind and c.sealed_target = n.sealed`
    },
    countOthers: (newest) =>
      sql`select count(*)::int as rows from alert_channel where not starts_with(sealed_target, ${newest})`,
    sample: () => sql`
      select shop, key, sealed from (
        select shop, kind as key, sealed_target as sealed,
          row_number() over (partition by left(sealed_target, strpos(sealed_target, '.'))) as place
        from alert_channel) as c where place <= 3`,
  },
  {
    table: 'alert_channel',
    column: 'sealed_secret',
    sealedBy: 'alert-channels.ts',
    shopsIn: 'shop',
    place: (shop, kind) => channelPlace(shop, kind as ChannelKind, 'secret'),
    list: (shop, { newest, after, limit }) => sql`
      select kind as key, sealed_secret as sealed from alert_channel
      where shop = ${shop} and kind > coalesce(${after}, '') and sealed_secret is not null and not starts_with(sealed_secret, ${newest})
      order by kind limit ${limit}`,
    replace: (shop, values) => {
      const [kinds, sealed, resealed] = columnsOf(values)
      return sql`
        update alert_channel c set sealed_secret = n.resealed
        from unnest(${kinds}::text[], ${sealed}::text[], ${resealed}::text[]) as n (kind, sealed, resealed)
        where c.shop = ${shop} and c.kind = n.kind and c.sealed_secret = n.sealed`
    },
    countOthers: (newest) => sql`
      select count(*)::int as rows from alert_channel where sealed_secret is not null and not starts_with(sealed_secret, ${newest})`,
  },
  {
    table: 'outbox',
    column: 'payload',
    sealedBy: 'tombstones.ts',
    shopsIn: 'shop',
    place: (shop, customerId) => erasurePlace(shop, customerId as CustomerId),
    list: (shop, { newest, after, limit }) => sql`
      select subject as key, payload->>'sealed' as sealed from outbox
      where shop = ${shop} and kind = 'erase' and subject > coalesce(${after}, '') and not starts_with(payload->>'sealed', ${newest})
      order by subject limit ${limit}`,
    replace: (shop, values) => {
      const [subjects, sealed, resealed] = columnsOf(values)
      return sql`
        update outbox o set payload = jsonb_set(o.payload, '{sealed}', to_jsonb(n.resealed))
        from unnest(${subjects}::text[], ${sealed}::text[], ${resealed}::text[]) as n (subject, sealed, resealed)
        where o.shop = ${shop} and o.kind = 'erase' and o.subject = n.subject and o.payload->>'sealed' = n.sealed`
    },
    countOthers: (newest) => sql`
      select count(*)::int as rows from outbox where kind = 'erase' and not starts_with(payload->>'sealed', ${newest})`,
  },
  {
    table: 'profile',
    column: 'sent_to',
    sealedBy: 'profile-addresses.ts',
    shopsIn: 'shop',
    place: (shop, customerId) => addressPlace(shop, customerId as CustomerId),
    list: (shop, { newest, after, limit }) => sql`
      select customer_id::text as key, sent_to as sealed from profile
      where shop = ${shop} and customer_id > coalesce(${after}::bigint, -1) and sent_to is not null and not starts_with(sent_to, ${newest})
      order by customer_id limit ${limit}`,
    replace: (shop, values) => {
      const [customers, sealed, resealed] = columnsOf(values)
      return sql`
        update profile p set sent_to = n.resealed
        from unnest(${customers}::bigint[], ${sealed}::text[], ${resealed}::text[]) as n (customer_id, sealed, resealed)
        where p.shop = ${shop} and p.customer_id = n.customer_id and p.sent_to = n.sealed`
    },
    countOthers: (newest) => sql`
      select count(*)::int as rows from profile where sent_to is not null and not starts_with(sent_to, ${newest})`,
  },
]
