import { type DeliveryChoice, type ListProblem, storedDelivery } from '#app/core/flow/delivery-choice.ts'
import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { ShopifyHindrance } from '#app/core/flow/shopify-trouble.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type LoyaltyInForce, storedLoyalty } from '#app/core/profile/loyalty-in-force.ts'
import { type MappingInForce, storedMapping } from '#app/core/profile/mapping.ts'
import { type Rules, storedRules } from '#app/core/profile/rules.ts'
import { execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from './database.ts'

export interface Shop {
  readonly domain: ShopDomain
  readonly name: string | null
  readonly timeZone: string
  readonly factsReadAt: Date | null
  readonly installedAt: Date
  readonly uninstalledAt: Date | null
  readonly fullSyncStartedAt: Date | null
  readonly status: IntegrationStatus
  /** Goes up with every change a merchant makes to the status or the settings beside it. */
  readonly settingsVersion: number
  readonly stoppedAt: Date | null
  /** Turned on for future changes only then, and no baseline has come to its end since; null else. */
  readonly futureSince: Date | null
  readonly syncDelayMs: number
  /** When changes were last drained under a delay. */
  readonly drainedAt: Date | null
  readonly nightlyReconcile: boolean
  /** Null while it is not known. */
  readonly nextReconcileAt: Date | null
  readonly mapping: MappingInForce
  /** Who is synced. */
  readonly rules: Rules
  /** Where profiles land in Klaviyo. */
  readonly delivery: DeliveryChoice
  /** Why the chosen list takes no profiles, and since when; null while it does. */
  readonly listProblem: { readonly why: ListProblem; readonly since: Date } | null
  readonly listNotBefore: Date | null
  /** Whether it sells to companies; null while Shopify has not said. */
  readonly b2b: boolean | null
  /** Segments of the rules that Shopify no longer has, by global id. */
  readonly segmentsGone: readonly string[]
  /** Which loyalty values are told of as events. */
  readonly loyalty: LoyaltyInForce
  /** Since when the key may not record events; null while it may. */
  readonly loyaltyRefusedAt: Date | null
  /** Events that were given up since loyalty activity was switched on. */
  readonly loyaltyDropped: number
  /** Why Shopify refuses requests or withholds data, since when, and the fields it named; null while it does neither. */
  readonly shopifyTrouble: {
    readonly why: ShopifyHindrance
    readonly since: Date
    readonly words: string | null
  } | null
  /** When it is looked whether Shopify still withholds fields; null when it withholds none. */
  readonly withheldCheckAt: Date | null
  /** When a run over all customers last came to its end; null until one did. */
  readonly filledAt: Date | null
  /** New profiles are still without their phone numbers and external ids, which wait for Klaviyo's ids and a run that sends them. */
  readonly identifiersWait: boolean
  /** Until when somebody conducts the shop; null when nobody does. */
  readonly conductedUntil: Date | null
}

/** The shop, installed or not; null when it was never opened or is erased. */
export async function findShop(shop: ShopDomain): Promise<Shop | null> {
  const [row] = await rowsOf<ShopRow>(sql`select * from shop where domain = ${shop}`)
  return row ? toShop(row) : null
}

/** The shop, kept as it is by nobody else until the transaction ends: of two changes to its status one waits for the other. */
export async function lockShop(shop: ShopDomain, on: Sql): Promise<Shop | null> {
  const [row] = await rowsOf<ShopRow>(sql`select * from shop where domain = ${shop} for update`, on)
  return row ? toShop(row) : null
}

/**
 * Keeps customers of the shop from being erased until the transaction ends. What is written only of those who were not must ask this
 * first, in a statement before: an erasure that was under way is then seen.
 */
export async function holdOffErasures(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(sql`select 1 from shop where domain = ${shop} for share`, on)
}

/** Notes that the app is installed: a new shop, or one that came back. Yields whether it was not before. */
export async function installShop(shop: ShopDomain, now: Date, on?: Sql): Promise<boolean> {
  const changed = await execute(
    sql`
    insert into shop as s (domain, installed_at) values (${shop}, ${now})
    on conflict (domain) do update set installed_at = excluded.installed_at, uninstalled_at = null, facts_read_at = null
    where s.uninstalled_at is not null`,
    on,
  )
  return changed === 1
}

/** Notes that the app is gone from the shop: from here on no mark is kept and nothing is sent. */
export async function uninstallShop(shop: ShopDomain, now: Date): Promise<void> {
  await execute(sql`update shop set uninstalled_at = ${now} where domain = ${shop} and uninstalled_at is null`)
}

/** Asks the conductor to read the shop's facts again. */
export async function forgetShopFacts(shop: ShopDomain): Promise<void> {
  await execute(sql`update shop set facts_read_at = null where domain = ${shop}`)
}

/** Notes which Klaviyo account the shop's rows speak of from now on. Yields whether they spoke of another. */
export async function recordAccount(shop: ShopDomain, accountId: string, on?: Sql): Promise<boolean> {
  const changed = await execute(
    sql`
    update shop set recorded_account = ${accountId}, filled_at = null
    where domain = ${shop} and recorded_account is distinct from ${accountId}`,
    on,
  )
  return changed === 1
}

/** Forgets the chosen list, which is another account's. A page that still shows it is out of date from here on. */
export async function forgetList(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(
    sql`update shop set delivery = jsonb_set(delivery, '{list}', 'null'), settings_version = settings_version + 1
        where domain = ${shop} and delivery->'list'->>'id' is not null`,
    on,
  )
}

/** Whether the shop's rows still speak of this account; if so, they will until the transaction ends. */
export async function holdAccount(shop: ShopDomain, accountId: string, on: Sql): Promise<boolean> {
  const rows = await rowsOf(
    sql`select 1 from shop where domain = ${shop} and recorded_account = ${accountId} for share`,
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
  await execute(sql`
    update shop set name = ${facts.name}, time_zone = ${facts.timeZone}, currency = ${facts.currency},
      scopes = ${facts.scopes}, b2b = ${facts.b2b}, facts_read_at = ${now},
      next_reconcile_at = case when time_zone = ${facts.timeZone} then next_reconcile_at end
    where domain = ${shop}`)
}

/** Notes which segments of the rules Shopify no longer has. */
export async function saveSegmentsGone(shop: ShopDomain, gone: readonly string[]): Promise<void> {
  await execute(sql`
    update shop set segments_gone = ${gone}::text[]
    where domain = ${shop} and segments_gone is distinct from ${gone}::text[]`)
}

/** In an order in which they can be emptied: counts after the profiles that they count. */
export const TABLES_OF_A_SHOP = [
  'dirty_customer',
  'profile',
  'loyalty_value',
  'loyalty_event',
  'profile_count',
  'synced_minute',
  'field_set',
  'sync_run',
  'standing',
  'standing_gathering',
  'import_job',
  'settled_import',
  'customer_merge',
  'customer_count',
  'sync_hour',
  'topic_heard',
  'tombstone',
  'data_request',
  'flow_action_run',
  'connection',
  '"Session"',
] as const // prettier-ignore

/** Erases everything that is held of a shop, and of its Klaviyo account unless another shop is tied to it. */
export async function eraseShop(shop: ShopDomain): Promise<void> {
  await execute(sql`
    delete from klaviyo_budget where account_id = (select recorded_account from shop where domain = ${shop})
      and account_id not in (select account_id from connection where shop <> ${shop})`)
  for (const table of TABLES_OF_A_SHOP) {
    const deletion = { text: `delete from ${table} where shop = $1`, values: [shop] }
    await transaction((on) => execute(deletion, on), WHOLE_SHOP)
  }
  await execute(sql`delete from shop where domain = ${shop}`)
}

interface ShopRow extends MappingRow, LoyaltyRow {
  domain: string
  name: string | null
  time_zone: string
  facts_read_at: Date | null
  installed_at: Date
  uninstalled_at: Date | null
  full_sync_started_at: Date | null
  status: string
  settings_version: number
  stopped_at: Date | null
  future_since: Date | null
  sync_delay_ms: number
  drained_at: Date | null
  nightly_reconcile: boolean
  next_reconcile_at: Date | null
  rules: unknown
  delivery: unknown
  list_problem: string | null
  list_problem_at: Date | null
  list_not_before: Date | null
  b2b: boolean | null
  segments_gone: string[]
  loyalty_refused_at: Date | null
  loyalty_dropped: number
  shopify_trouble: string | null
  shopify_trouble_at: Date | null
  shopify_trouble_words: string | null
  withheld_check_at: Date | null
  filled_at: Date | null
  identifiers_asked_at: Date | null
  conductor_until: Date | null
}

function toShop(row: ShopRow): Shop {
  return {
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
    futureSince: row.future_since,
    syncDelayMs: row.sync_delay_ms,
    drainedAt: row.drained_at,
    nightlyReconcile: row.nightly_reconcile,
    nextReconcileAt: row.next_reconcile_at,
    mapping: toMappingInForce(row),
    rules: storedRules(row.rules),
    delivery: storedDelivery(row.delivery),
    listProblem: row.list_problem_at && { why: row.list_problem as ListProblem, since: row.list_problem_at },
    listNotBefore: row.list_not_before,
    b2b: row.b2b,
    segmentsGone: row.segments_gone,
    loyalty: toLoyaltyInForce(row),
    loyaltyRefusedAt: row.loyalty_refused_at,
    loyaltyDropped: row.loyalty_dropped,
    shopifyTrouble:
      row.shopify_trouble && row.shopify_trouble_at
        ? {
            why: row.shopify_trouble as ShopifyHindrance,
            since: row.shopify_trouble_at,
            words: row.shopify_trouble_words,
          }
        : null,
    withheldCheckAt: row.withheld_check_at,
    filledAt: row.filled_at,
    identifiersWait: row.identifiers_asked_at !== null,
    conductedUntil: row.conductor_until,
  }
}

/** The columns of a shop's row that say which loyalty values are told of. */
export interface LoyaltyRow {
  loyalty: unknown
  loyalty_changed_at: Date | null
}

export function toLoyaltyInForce(row: LoyaltyRow): LoyaltyInForce {
  return { choice: storedLoyalty(row.loyalty), changedAt: row.loyalty_changed_at }
}

/** The columns of a shop's row that say what is sent. */
export interface MappingRow {
  mapping: unknown
  mapping_forgotten: string[]
  mapping_changed_at: Date | null
}

export function toMappingInForce(row: MappingRow): MappingInForce {
  return { mapping: storedMapping(row.mapping), forgotten: row.mapping_forgotten, changedAt: row.mapping_changed_at }
}
