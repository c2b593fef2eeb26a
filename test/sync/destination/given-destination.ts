import { expect } from 'vitest'
import { config } from '#app/config.server.ts'
import type { Destination } from '#app/core/settings/destination.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'

const HOUR_MS = 60 * 60_000

/** Saves the default destination with some differences, as the page that was just loaded does. */
export async function saveChosenDestination(
  given: Pick<InstalledShop, 'domain'>,
  differs: Partial<Destination>,
): Promise<void> {
  expect(await choose(given, 'destination', differs)).toMatchObject({ kind: 'saved' })
}

/** An installed shop with a destination chosen and so many customers `c0@…`, which is not connected yet. */
export async function givenChoice(
  sandbox: Sandbox,
  differs: Partial<Destination>,
  { customers = 0, make = () => {} }: { customers?: number; make?: (shop: Shop, account: AccountState) => void } = {},
): Promise<InstalledShop & { account: AccountState }> {
  const installed = await givenInstalledShop(sandbox)
  const account = sandbox.klaviyo.account(installed.accountId)
  const updatedAt = '2026-01-01T00:00:00Z'
  installed.shop.customers.createMany(customers, (i) => ({ email: emailOf(i), updatedAt }))
  make(installed.shop, account)
  await saveChosenDestination(installed, differs)
  return { ...installed, account }
}

export const emailOf = (i: number) => `c${i}@example.com`

export async function connect({ domain, key }: InstalledShop): Promise<void> {
  expect(await connectKlaviyo(domain, key, clock())).toMatchObject({ kind: 'connected' })
}

/** Clicks Sync customers, an hour after the last time, and lets the shop come to rest. */
export async function syncAgain({ domain }: Pick<InstalledShop, 'domain'>): Promise<void> {
  skip(HOUR_MS + 1_000)
  expect(await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({ kind: 'started' })
  await syncToRest(domain)
}

/** Runs so many turns of a shop, each when it is due: up to the one that is to be killed. */
export async function syncTurns({ domain }: Pick<InstalledShop, 'domain'>, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
    if (next) skip(next.getTime() - Date.now())
  }
}

/** The shop's runs, oldest first, with the columns that concern the limit. */
export function runsOf({ databaseUrl }: Sandbox, { domain }: Pick<InstalledShop, 'domain'>) {
  const columns = 'kind, state, created, held, most_new'
  return rowsIn(databaseUrl, `select ${columns} from sync_run where shop = $1 order by requested_at`, [domain])
}

/** The profiles on a list, by address, sorted. */
export function membersOf(account: AccountState, list: { members: ReadonlyMap<string, unknown> }): string[] {
  return [...list.members.keys()].map((id) => account.profileById(id)!.attributes.email ?? '').sort()
}

export function waitingOf({ databaseUrl }: Sandbox, { domain }: Pick<InstalledShop, 'domain'>) {
  return rowsIn(databaseUrl, `select customer_id from profile where shop = $1 and code = 'limit'`, [domain])
}

/** Another integration, or a person in Klaviyo, creates profiles with these addresses. */
export async function somebodyElseMakes({ key }: Pick<InstalledShop, 'key'>, ...emails: string[]): Promise<void> {
  for (const email of emails) {
    const answer = await fetch(new URL('/api/profiles', config.klaviyoBaseUrl), {
      method: 'POST',
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: '2026-07-15',
        'content-type': 'application/vnd.api+json',
      },
      body: JSON.stringify({ data: { type: 'profile', attributes: { email, title: 'Theirs' } } }),
    })
    expect(answer.status).toBe(201)
  }
}
