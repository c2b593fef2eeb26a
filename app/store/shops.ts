import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { ShopifyHindrance } from '#app/core/flow/shopify-trouble.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import type { SeenApp } from '#app/core/loyalty/seen-apps.ts'
import { type GuideMemory, toGuideMemory } from '#app/core/report/setup-guide.ts'
import type { Block, BlockedKind } from './blocked.ts'
import { autocommit, execute, rowsOf, type Sql, type Statement, sql, transaction, WHOLE_SHOP } from './database.ts'
import type * as rows from './generated/rows.ts'
import { quotaOf } from './klaviyo-budgets.ts'
import { type ChoicesInForce, toChoicesInForce } from './settings.ts'

/** A shop, with what its merchant chose. */
export interface Shop extends ChoicesInForce {
  readonly domain: ShopDomain
  readonly name: string | null
  readonly timeZone: string
  readonly factsReadAt: Date | null
  readonly installedAt: Date
  readonly uninstalledAt: Date | null
  readonly fullSyncStartedAt: Date | null
  readonly status: IntegrationStatus
  /** Incremented with every change that a merchant makes to the status or the settings beside it. */
  readonly settingsVersion: number
  readonly stoppedAt: Date | null
  /** When the first full run starts by itself, because the merchant chooses first; null if it does not wait to be started. */
  readonly startAt: Date | null
  readonly guide: GuideMemory
  /** When it was turned on for future changes only, while no baseline has finished since; null otherwise. */
  readonly futureSince: Date | null
  /** When changes were last drained under a sync delay. */
  readonly drainedAt: Date | null
  /** When the next nightly comparison is due; null while unknown. */
  readonly nextReconcileAt: Date | null
  /** When an hourly check last ended; null if none has. */
  readonly hourlyDoneAt: Date | null
  /** Which work cannot be done at present, and why. */
  readonly blocked: Readonly<Partial<Record<BlockedKind, Block>>>
  /** Whether the shop sells to companies; null until Shopify has said. */
  readonly b2b: boolean | null
  /** Global ids of segments in the rules that Shopify no longer has. */
  readonly segmentsGone: readonly string[]
  /** Names of properties that profiles of the account had at connecting, and that Lockstep had not written. */
  readonly foreignProperties: readonly string[]
  /** Events that were given up since loyalty activity was turned on. */
  readonly loyaltyDropped: number
  /** Why Shopify refuses requests or withholds data, since when, and the fields it named; null if it does neither. */
  readonly shopifyTrouble: {
    readonly why: ShopifyHindrance
    readonly since: Date
    readonly words: string | null
  } | null
  /** Since when Shopify gives no usable answer; null while it does. */
  readonly shopifyAwayAt: Date | null
  /** When to check whether Shopify still withholds fields; null if it withholds none. */
  readonly withheldCheckAt: Date | null
  /** The loyalty apps that looks have found in the shop. */
  readonly loyaltyAppsSeen: readonly SeenApp[]
  /** When the last look began that Shopify answered; null before the first. */
  readonly loyaltyLookedAt: Date | null
  /** Sources that are not to be taken for empty; they may no longer be mapped. */
  readonly heldSources: readonly HeldSource[]
  /** When to look again whether the held sources can be read; null while none is held. */
  readonly heldCheckAt: Date | null
  /** When a run over all customers last finished; null if none has. */
  readonly filledAt: Date | null
  /** The Klaviyo account that the shop's rows are about; null before it was first connected. */
  readonly recordedAccount: string | null
  /** New profiles still lack their phone numbers and external ids, which wait for Klaviyo's ids and for a run that sends them. */
  readonly identifiersPending: boolean
  /** Until when a process holds the lease on the shop; null if none does. */
  readonly leasedUntil: Date | null
}

function shopRowOf(shop: ShopDomain, lock: '' | 'for update of s' = ''): Statement {
  return {
    text: `
      select s.*, (select jsonb_object_agg(b.kind, to_jsonb(b)) from blocked b where b.shop = $1) as blocked
      from shop s where s.domain = $1 ${lock}`,
    values: [shop],
  }
}

/** Returns the shop, installed or not; null if it is unknown or erased. */
export async function findShop(shop: ShopDomain): Promise<Shop | null> {
  const [row] = await rowsOf<ShopRow>(shopRowOf(shop), autocommit)
  return row ? toShop(row) : null
}

/** Returns the shop and locks its row until the transaction ends, so that changes to its status happen one after the other. */
export async function lockShop(shop: ShopDomain, on: Sql): Promise<Shop | null> {
  const [row] = await rowsOf<ShopRow>(shopRowOf(shop, 'for update of s'), on)
  return row ? toShop(row) : null
}

/**
 * Keeps other transactions from writing profile rows of the shop, and from erasing its customers, until this one ends. A statement that
 * counts profile rows, or must not write about erased customers, has to come after this one: it then sees what was in progress.
 */
export async function lockProfiles(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`select 1 from shop where domain = ${shop} for no key update`, on)
}

/** Records that the app is installed, in a new shop or again. Returns whether it was not installed before. */
export async function installShop(shop: ShopDomain, now: Date, on: Sql): Promise<boolean> {
  const changed = await execute(
    sql`
    insert into shop as s (domain, installed_at) values (${shop}, ${now})
    on conflict (domain) do update set installed_at = excluded.installed_at, uninstalled_at = null, facts_read_at = null
    where s.uninstalled_at is not null`,
    on,
  )
  return changed === 1
}

/** Records that the app was uninstalled: from now on no mark is stored and nothing is sent. */
export async function uninstallShop(shop: ShopDomain, now: Date): Promise<void> {
  await execute(
    sql`update shop set uninstalled_at = ${now} where domain = ${shop} and uninstalled_at is null`,
    autocommit,
  )
}

/** Makes the next turn read the shop's facts again. */
export async function forgetShopFacts(shop: ShopDomain): Promise<void> {
  await execute(sql`update shop set facts_read_at = null where domain = ${shop}`, autocommit)
}

/** Records which Klaviyo account the shop's rows are about from now on. Returns whether they were about another one. */
export async function recordAccount(shop: ShopDomain, accountId: string, on: Sql): Promise<boolean> {
  const changed = await execute(
    sql`
    update shop set recorded_account = ${accountId}, filled_at = null
    where domain = ${shop} and recorded_account is distinct from ${accountId}`,
    on,
  )
  return changed === 1
}

/** Records which properties others have written to the account's profiles. */
export async function saveForeignProperties(shop: ShopDomain, names: readonly string[], on: Sql): Promise<void> {
  await execute(sql`update shop set foreign_properties = ${names}::text[] where domain = ${shop}`, on)
}

/** Forgets the chosen list, which belongs to another account. A page that still shows it is out of date from now on. */
export async function forgetList(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(
    sql`update shop set destination = jsonb_set(destination, '{list}', 'null'), settings_version = settings_version + 1
        where domain = ${shop} and destination->'list'->>'id' is not null`,
    on,
  )
}

/**
 * Whether the shop's rows are still about this account; if so, they stay so until the transaction ends, and no other transaction writes
 * profile rows of the shop.
 */
export async function holdAccount(shop: ShopDomain, accountId: string, on: Sql): Promise<boolean> {
  const rows = await rowsOf(
    sql`select 1 from shop where domain = ${shop} and recorded_account = ${accountId} for no key update`,
    on,
  )
  return rows.length > 0
}

export interface ShopFacts {
  readonly name: string
  readonly timeZone: string
  readonly currency: string
  readonly scopes: string
  readonly b2b: boolean
}

export async function saveShopFacts(shop: ShopDomain, facts: ShopFacts, now: Date): Promise<void> {
  await execute(
    sql`
    update shop set name = ${facts.name}, time_zone = ${facts.timeZone}, currency = ${facts.currency},
      scopes = ${facts.scopes}, b2b = ${facts.b2b}, facts_read_at = ${now},
      next_reconcile_at = case when time_zone = ${facts.timeZone} then next_reconcile_at end
    where domain = ${shop}`,
    autocommit,
  )
}

/** Records which segments in the rules Shopify no longer has. */
export async function saveSegmentsGone(shop: ShopDomain, gone: readonly string[]): Promise<void> {
  await execute(
    sql`
    update shop set segments_gone = ${gone}::text[]
    where domain = ${shop} and segments_gone is distinct from ${gone}::text[]`,
    autocommit,
  )
}

/** Ordered so that they can be emptied one after the other: counts after the profiles they count. */
export const TABLES_OF_A_SHOP = [
  'dirty_customer',
  'profile',
  'loyalty_value',
  'profile_count',
  'synced_minute',
  'field_set',
  'sync_run',
  'customer_membership',
  'membership_snapshot',
  'unchanged_chunk',
  'read_back_field',
  'read_back',
  'profile_repair',
  'dry_run',
  'delivery',
  'reason_retry',
  'outbox',
  'blocked',
  'customer_count',
  'sync_hour',
  'webhook_topic',
  'tombstone',
  'data_request',
  'flow_action_run',
  'segment_sync',
  'segment_list_member',
  'segment_list',
  'flow_trigger_request',
  'flow_trigger',
  'alert_channel',
  'alert_watch',
  'alert',
  'alert_message',
  'status_token',
  'klaviyo_authorization',
  'request_limit',
  'connection',
  '"Session"',
] as const // prettier-ignore

export type TableOfAShop = (typeof TABLES_OF_A_SHOP)[number]

/** Deletes everything that is stored of a shop, and of its Klaviyo account unless another shop is connected to it. */
export async function eraseShop(shop: ShopDomain): Promise<void> {
  await forgetAllowance(shop)
  for (const table of TABLES_OF_A_SHOP) {
    const deletion = { text: `delete from ${table} where shop = $1`, values: [shop] }
    await transaction((on) => execute(deletion, on), WHOLE_SHOP)
  }
  await execute(sql`delete from shop where domain = ${shop}`, autocommit)
}

/** Deletes the allowance of the account that the shop's rows are about, unless another shop is connected to it. */
async function forgetAllowance(shop: ShopDomain): Promise<void> {
  const [row] = await rowsOf<{ account: string | null }>(
    sql`select recorded_account as account from shop where domain = ${shop}`,
    autocommit,
  )
  const account = row?.account ?? null
  if (account === null) return
  const others = await rowsOf(
    sql`select 1 from connection where account_id = ${account} and shop <> ${shop} limit 1`,
    autocommit,
  )
  if (others.length > 0) return
  const quotas = ['key', 'oauth'].map((kind) => quotaOf({ accountId: account, kind }))
  await execute(sql`delete from klaviyo_budget where account_id = any(${quotas}::text[])`, autocommit)
}

type ShopRow = rows.shop & {
  blocked: Record<string, { reason: string | null; since: string; until: string }> | null
}

function toShop(row: ShopRow): Shop {
  return {
    ...toChoicesInForce(row),
    domain: row.domain as ShopDomain,
    name: row.name,
    timeZone: row.time_zone,
    factsReadAt: row.facts_read_at,
    installedAt: row.installed_at,
    uninstalledAt: row.uninstalled_at,
    fullSyncStartedAt: row.full_sync_started_at,
    status: row.status as IntegrationStatus,
    settingsVersion: row.settings_version,
    stoppedAt: row.stopped_at,
    startAt: row.start_at,
    guide: toGuideMemory(row.guide),
    futureSince: row.future_since,
    drainedAt: row.drained_at,
    nextReconcileAt: row.next_reconcile_at,
    hourlyDoneAt: row.hourly_done_at,
    blocked: toBlocks(row.blocked ?? {}),
    b2b: row.b2b,
    segmentsGone: row.segments_gone,
    foreignProperties: row.foreign_properties,
    loyaltyDropped: row.loyalty_dropped,
    shopifyTrouble:
      row.shopify_trouble && row.shopify_trouble_at
        ? {
            why: row.shopify_trouble as ShopifyHindrance,
            since: row.shopify_trouble_at,
            words: row.shopify_trouble_words,
          }
        : null,
    shopifyAwayAt: row.shopify_away_at,
    withheldCheckAt: row.withheld_check_at,
    loyaltyAppsSeen: row.loyalty_apps_seen as unknown as readonly SeenApp[],
    loyaltyLookedAt: row.loyalty_looked_at,
    heldSources: row.held_sources as unknown as readonly HeldSource[],
    heldCheckAt: row.held_check_at,
    filledAt: row.filled_at,
    identifiersPending: row.identifiers_asked_at !== null,
    recordedAccount: row.recorded_account,
    leasedUntil: row.lease_until,
  }
}

function toBlocks(rows: NonNullable<ShopRow['blocked']>): Shop['blocked'] {
  const blocks = Object.entries(rows).map(([kind, { reason, since, until }]) => [
    kind,
    { reason, since: new Date(since), until: new Date(until) },
  ])
  return Object.fromEntries(blocks) as Shop['blocked']
}
