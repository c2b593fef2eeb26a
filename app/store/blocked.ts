import type { RequestKind } from '#app/core/flow/outbox.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'

/** Work that can be blocked while everything else goes on: changes of the chosen list, and requests of a kind. */
export type BlockedKind = 'list' | RequestKind

/** Why a kind of work cannot be done at present. */
export interface Block {
  /** Null if Klaviyo only accepts no call at present. */
  readonly reason: string | null
  readonly since: Date
  /** When it is tried again. */
  readonly until: Date
}

/** Records that a kind of work cannot be done until an instant. Returns whether the reason was not known. */
export async function saveBlock(
  shop: ShopDomain,
  kind: BlockedKind,
  { reason, now, until }: { reason: string; now: Date; until: Date },
  on: Sql,
): Promise<boolean> {
  const [row] = await rowsOf<{ since: Date }>(
    sql`insert into blocked as b (shop, kind, reason, since, until) values (${shop}, ${kind}, ${reason}, ${now}, ${until})
        on conflict (shop, kind) do update set reason = excluded.reason, until = excluded.until,
          since = case when b.reason = excluded.reason then b.since else excluded.since end
        returning since`,
    on,
  )
  return row?.since.getTime() === now.getTime()
}

/** Defers a kind of work, because Klaviyo accepts no call at present. A known reason is kept. */
export async function deferKind(
  shop: ShopDomain,
  kind: BlockedKind,
  { now, until }: { now: Date; until: Date },
): Promise<void> {
  await execute(
    sql`
    insert into blocked (shop, kind, since, until) values (${shop}, ${kind}, ${now}, ${until})
    on conflict (shop, kind) do update set until = excluded.until`,
    autocommit,
  )
}

/** Records that a kind of work can be done again, or that something was changed so that it may. */
export async function clearBlock(shop: ShopDomain, kind: BlockedKind, on: Sql): Promise<void> {
  await execute(sql`delete from blocked where shop = ${shop} and kind = ${kind}`, on)
}

/** Lets everything be tried again, because the connection was made anew. */
export async function clearBlocks(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from blocked where shop = ${shop}`, on)
}
