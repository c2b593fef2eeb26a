import { expect, test } from 'vitest'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import type { MappedValue } from '#app/core/profile/mapped-values.ts'
import { type DryRun, findDryRun } from '#app/store/dry-runs.ts'
import { findShop } from '#app/store/shops.ts'
import { findRun } from '#app/store/sync-runs.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { carryOutDryRun } from '#app/sync/dry-run/carry-out-dry-run.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { startFirstSync } from '#app/sync/status/start-first-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { foundAppOf } from '#test/sandbox/found-app.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { somebodyElseMakes } from '#test/sync/destination/given-destination.ts'
import { randomAudience, randomDestination, randomMapping, someOf } from './random-choices.ts'

const FIRST_SEED = Number(process.env.CONVERGENCE_SEED ?? 1)
const SEEDS = Number(process.env.CONVERGENCE_SEEDS ?? 20)
const HOUR_MS = 60 * 60_000

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

/** A shop with random customers, choices and segments, of which some customers have a profile in Klaviyo already. */
async function givenRandomShop(random: Random, seed: number) {
  const installed = await givenInstalledShop(sandbox, { b2b: random() < 0.3 })
  const { shop, accountId } = installed
  const appName = random() < 0.75 ? pick(random, Object.keys(loyaltyApps) as LoyaltyAppName[]) : null
  seedCustomers(shop, { count: 20 + Math.floor(random() * 120), seed, ...(appName && { loyaltyApp: appName }) })
  const app = appName && loyaltyApps[appName]
  const found = app ? foundAppOf(shop)?.rows : undefined
  const ids = [...shop.customers.all()].map(({ id }) => id)
  for (const name of ['Regulars', 'Asleep']) shop.segments.add({ name, memberIds: someOf(ids, random) })
  const account = sandbox.klaviyo.account(accountId)
  account.addList('Customers', 'double_opt_in')
  for (const id of someOf(ids, random)) {
    const email = shop.customers.get(id)?.defaultEmailAddress?.emailAddress
    if (emailAddressOf(email ?? null).kind === 'good' && random() < 0.5) await somebodyElseMakes(installed, email!)
  }
  return { ...installed, ids, app, found, account }
}

/** Something that no webhook tells of, so that a run has to find it. */
function changeSomebody({ shop, ids, app }: Awaited<ReturnType<typeof givenRandomShop>>, random: Random): void {
  const id = pick(random, ids)
  const chosen = random()
  if (chosen < 0.3) shop.customers.update(id, { firstName: `Ada ${Math.floor(random() * 1e6)}` })
  else if (chosen < 0.5) shop.customers.addTags(id, pick(random, ['vip', 'wholesale']))
  else if (chosen < 0.6) shop.customers.update(id, { email: `moved-${id}@example.com` })
  else if (chosen < 0.65) shop.customers.update(id, { email: null })
  else if (chosen < 0.7) shop.customers.create({ email: `new-${Math.floor(random() * 1e12)}@example.com` })
  else if (app) app.write(shop, id, random() < 0.2 ? null : { points: Math.floor(random() * 5_000), tier: 'Gold' })
  else shop.customers.setLoyalty(id, { points: Math.floor(random() * 5_000) })
}

async function choose(
  { shop, account, found }: Awaited<ReturnType<typeof givenRandomShop>>,
  random: Random,
  name: 'audience' | 'mapping' | 'destination',
): Promise<{ name: typeof name; choice: unknown }> {
  if (name === 'audience') return { name, choice: randomAudience(shop, random) }
  if (name === 'destination') return { name, choice: randomDestination(account.lists, random) }
  const rows: readonly MappedValue[] | undefined = found
  return { name, choice: randomMapping(rows, random) }
}

/** What the run did to Klaviyo's profiles and counted, in the words of a dry run. */
async function tallyOf(given: Awaited<ReturnType<typeof givenRandomShop>>, carryOut: () => Promise<string>) {
  const before = new Map([...given.account.profiles()].map((profile) => [profile.id, namesIn(profile.attributes)]))
  const run = (await findRun(given.domain, await carryOut()))!
  const after = [...given.account.profiles()].map((profile) => ({ id: profile.id, names: namesIn(profile.attributes) }))
  const created = after.filter(({ id }) => !before.has(id)).length
  const cleared = after.filter(({ id, names }) => before.get(id)?.some((name) => !names.includes(name))).length
  const { pushed, unchanged, excluded, issues } = run.counts
  return { created, changed: pushed - created, cleared, unchanged, left_out: excluded, issues }
}

function namesIn({ properties, location, ...attributes }: { properties: object; location: object | null }): string[] {
  const named = (prefix: string, values: object) =>
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : `${prefix}${name}`))
  return [...named('', attributes), ...named('location.', location ?? {}), ...named('properties.', properties)]
}

async function playedToItsEnd(domain: InstalledShop['domain']): Promise<DryRun> {
  for (;;) {
    await syncShop(domain, { clock, signal: AbortSignal.timeout(20_000) })
    const dry = await findDryRun(domain)
    if (dry?.endedAt) return dry
    skip(1_000)
  }
}

async function newestRun(domain: InstalledShop['domain']): Promise<string> {
  const query = `select id from sync_run where shop = $1 and trigger <> 'identifiers' order by requested_at desc limit 1`
  const [row] = await rowsIn(sandbox.databaseUrl, query, [domain])
  return String(row!.id)
}

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'a dry run forecasts what the run then does (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const given = await givenRandomShop(random, seed)
    const { domain, key } = given
    for (const name of ['audience', 'mapping', 'destination'] as const) {
      if (random() < 0.5) continue
      const { settingsVersion: version } = (await findShop(domain))!
      const { choice } = await choose(given, random, name)
      await saveSetting(domain, name, { version, choice, now: clock() })
    }
    // Half of the shops play their first sync.
    const isFirst = random() < 0.5
    await connectKlaviyo(domain, key, clock(), null, isFirst ? 'choose' : 'sync')
    if (!isFirst) {
      await syncToRest(domain)
      for (let i = Math.floor(random() * 20); i >= 0; i--) changeSomebody(given, random)
      skip(HOUR_MS)
    }

    const draft =
      random() < 0.5 ? await choose(given, random, pick(random, ['audience', 'mapping', 'destination'])) : null
    const asked = { version: null, by: null } as const
    const ofDraft =
      draft && (await startDryRun(domain, { ...asked, subject: draft.name, choice: draft.choice, now: clock() }))
    // A choice that may not be saved, or that sends nothing by itself.
    if (ofDraft?.kind !== 'started') {
      const started = await startDryRun(domain, { ...asked, subject: 'full', choice: null, now: clock() })
      expect(started.kind).toBe('started')
    }
    const dry = await playedToItsEnd(domain)
    expect(dry.state).toBe('finished')

    const done = await tallyOf(given, async () => {
      const out = await carryOutDryRun(domain, { id: dry.id, by: null, now: clock() })
      if (out.kind === 'saved' && isFirst) await startFirstSync(domain, { by: null, now: clock() })
      await syncToRest(domain)
      return newestRun(domain)
    })
    const { read: _, limited: __, unclear, ...forecast } = dry.counts
    expect(unclear).toBe(0)
    expect(forecast, `${dry.subject}, ${isFirst ? 'first' : 'later'}`).toEqual(done)
    // Of what happened in the shop, nothing was told by webhooks.
    if (isFirst) await expectLaw(sandbox, given)
  },
)
