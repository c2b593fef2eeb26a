import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { type Audience, defaultAudience } from '#app/core/settings/audience.ts'
import { findShop } from '#app/store/shops.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()
const MANY = 250
const HOUR_MS = 60 * 60_000

const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]
const pagesAsked = () =>
  sandbox.shopify.log.all().filter(({ operations }) => operations.includes('CustomersPage')).length
/** One turn that does a single thing. */
const syncOneTurn = ({ domain }: InstalledShop) =>
  syncShop(domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 0 })

/** A shop that was just connected, of an app that may not run bulk operations. */
async function givenQueuedRun(
  customers: (shop: Shop) => void = (shop) => void seedCustomers(shop, { count: MANY, seed: 12 }),
  settings: Parameters<typeof givenInstalledShop>[1] = {},
): Promise<InstalledShop> {
  const installed = await givenInstalledShop(sandbox, settings)
  customers(installed.shop)
  sandbox.shopify.faults.cause({ kind: 'bulk-refused', how: 'errors' })
  await connectKlaviyo(installed.domain, installed.key, clock())
  return installed
}

async function syncToSecondPage(given: InstalledShop): Promise<void> {
  for (let turn = 0; turn < 20 && !((await runOf(given)).byte_offset > 0); turn++) await syncOneTurn(given)
  expect(await runOf(given)).toMatchObject({ state: 'reading', by_pages: true, byte_offset: '1' })
}

test.each(['errors', 'user-errors'] as const)(
  'an app that may not run bulk operations, as Shopify reports in its %s, fills a shop page by page',
  async (how) => {
    const given = await givenInstalledShop(sandbox)
    seedCustomers(given.shop, { count: MANY, seed: 11, refused: true })
    sandbox.shopify.faults.cause({ kind: 'bulk-refused', how })
    await connectKlaviyo(given.domain, given.key, clock())
    for (let turn = 0; turn < 3; turn++) await syncOneTurn(given)
    expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ byPages: true })
    await syncToRest(given.domain)
    expect(await runOf(given)).toMatchObject({ state: 'finished', by_pages: true, read: MANY, expected: MANY })
    expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY })
  },
)

test('an empty shop is filled at once', async () => {
  const given = await givenQueuedRun(() => {})
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 0 })
})

test('customers that change, are created, are deleted or get points while pages are read are in sync in the end', async () => {
  const given = await givenQueuedRun()
  await syncToSecondPage(given)
  const { shop, domain } = given
  const [read, unread] = [idOf(given, 3), idOf(given, MANY - 3)]
  await tell(
    domain,
    shop.customers.update(read, { firstName: 'Changed' }),
    shop.customers.update(unread, { firstName: 'Too' }),
  )
  shop.customers.setLoyalty(read, { points: 77 })
  shop.customers.setLoyalty(unread, { points: 78 })
  await tellUndated(domain, read, unread)
  await tell(domain, shop.customers.create({ email: 'new@example.com' }))
  const gone = [idOf(given, 5), idOf(given, MANY - 5)]
  for (const id of gone) shop.customers.remove(id)
  await tellUndated(domain, ...gone)
  await syncToRest(domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY - 1 })
})

test('a customer that a run by pages did not contain is read by id, and forgotten', async () => {
  const given = await givenQueuedRun()
  await syncToRest(given.domain)
  given.shop.customers.remove(idOf(given, 7))
  skip(2 * HOUR_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY - 1 })
})

test('wherever a worker dies among the pages, the next one continues from the page that was reached', async () => {
  await prepareKilling(sandbox)
  let died = 0
  for (const look of looksFrom(4)) {
    const given = await givenQueuedRun((shop) =>
      shop.customers.createMany(MANY, (i) => ({ email: `c${i}@example.com` })),
    )
    const asked = pagesAsked()
    const wasKilled = await syncUntilKilled(sandbox, given, look)
    skip(60_000)
    await syncToRest(given.domain)
    expect(await runOf(given)).toMatchObject({ state: 'finished', by_pages: true, read: MANY })
    expect(pagesAsked() - asked, 'no more than one page is read twice').toBeLessThanOrEqual(4)
    await expectLaw(sandbox, given)
    sandbox.shopify.faults.clear()
    if (!wasKilled) break
    died++
  }
  expect(died).toBeGreaterThan(3)
})

test('no customer is lost when Shopify fails in between', async () => {
  const given = await givenQueuedRun()
  await syncToSecondPage(given)
  sandbox.shopify.faults.cause({ kind: 'status', status: 502, html: true, times: 3 })
  sandbox.shopify.faults.cause({ kind: 'throttled', times: 2 })
  sandbox.shopify.faults.cause({ kind: 'too-many-requests', retryAfterSeconds: 20, times: 1 })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: MANY })
  await expectLaw(sandbox, given)
})

test('a baseline and a nightly comparison read pages as well', async () => {
  const given = await givenQueuedRun(undefined, { nightly: true })
  await syncToRest(given.domain)
  await switchOff(given)
  given.shop.customers.update(idOf(given, 1), { firstName: 'Before' })
  skip(HOUR_MS)
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind: 'baseline', state: 'finished', by_pages: true, read: MANY })
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 1 })
  given.shop.customers.update(idOf(given, 2), { firstName: 'Unheard' })
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ kind: 'reconcile', state: 'finished', by_pages: true, read: MANY })
  await expectLaw(sandbox, given)
})

test('memberships that the rules need are saved page by page', async () => {
  const given = await givenQueuedRun(undefined, { b2b: true })
  const ids = given.shop.customers.ascending().map(({ id }) => id)
  const segment = given.shop.segments.add({ name: 'Regulars', memberIds: ids.filter((_, i) => i % 2 === 0) })
  const { settingsVersion: version } = (await findShop(given.domain))!
  const audience: Audience = {
    ...defaultAudience,
    segments: [{ id: segment.id, name: segment.name }],
    companies: { ...defaultAudience.companies, who: 'no_contacts' },
  }
  await saveSetting(given.domain, 'audience', { version, choice: audience, now: clock() })
  await syncToRest(given.domain)
  const law = await expectLaw(sandbox, given)
  expect(law.byRule).toBeGreaterThanOrEqual(MANY / 2)
  expect(law.synced).toBeGreaterThan(0)
})

test('a page with as many metafields as can be read costs no more than one query may', async () => {
  const given = await givenQueuedRun()
  await syncToRest(given.domain)
  const costs = sandbox.shopify.log
    .all()
    .flatMap(({ operations, requestedCost }) => (operations.includes('CustomersPage') ? (requestedCost ?? []) : []))
  expect(defaultMapping.values.length).toBeGreaterThan(0)
  expect(Math.max(...costs)).toBeLessThanOrEqual(1_000)
  expect(Math.max(...costs)).toBeGreaterThan(400)
})
