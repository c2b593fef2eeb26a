import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { autocommit } from '#app/store/database.ts'
import { listOpenWork } from '#app/store/open-work.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { syncNow } from '#app/sync/intake/sync-now.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { startFirstSync } from '#app/sync/status/start-first-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A shop with twenty customers whose merchant connected Klaviyo to choose first. */
async function givenChoosing(): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: 20, seed: 3 })
  expect(await connectKlaviyo(given.domain, given.key, clock(), null, 'choose')).toMatchObject({ kind: 'connected' })
  return given
}

const profilesOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId).size
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    'select kind, trigger, started_by, state from sync_run where shop = $1 order by requested_at',
    [domain],
  )
const oneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const press = ({ domain }: InstalledShop) => startFirstSync(domain, { by: 'Ada', now: clock() })

/** What the sweep of a worker that comes up now would wake. */
async function isWoken({ domain }: InstalledShop): Promise<boolean> {
  const now = clock()
  for await (const shops of listOpenWork(now, { until: now }))
    if (shops.some(({ shop, at }) => shop === domain && at <= now)) return true
  return false
}

test('who connects to choose first creates nobody, although changes come, before Start is pressed; then they are sent', async () => {
  const given = await givenChoosing()
  const ada = given.shop.customers.create({ email: 'ada@example.com' })
  await tell(given.domain, ada)
  await oneTurn(given)
  skip(59 * MINUTE_MS)
  await oneTurn(given)
  expect(profilesOf(given)).toBe(0)
  expect(await runsOf(given)).toEqual([])
  expect(
    await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [given.domain]),
  ).toHaveLength(1)

  expect(await press(given)).toMatchObject({ kind: 'started' })
  expect(await press(given), 'pressed twice').toMatchObject({ kind: 'already_running' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
  expect(await runsOf(given)).toMatchObject([
    { kind: 'full', trigger: 'connecting', started_by: 'Ada', state: 'finished' },
  ])
})

test('an hour after connecting the first sync starts by itself, and not a moment before', async () => {
  const given = await givenChoosing()
  const startAt = (await findShop(given.domain))!.startAt!
  expect(await oneTurn(given), 'a turn says when the next is due').toEqual(startAt)
  skip(startAt.getTime() - Date.now() - 30_000)
  await oneTurn(given)
  expect(await runsOf(given)).toEqual([])
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ trigger: 'connecting', started_by: null, state: 'finished' }])
  await expectLaw(sandbox, given)
})

test('the hour may pass while no worker runs: the first sweep of the next one starts the sync', async () => {
  const given = await givenChoosing()
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  expect(await isWoken(given), 'nothing to do yet, marks or not').toBe(false)
  skip(5 * HOUR_MS)
  expect(await isWoken(given)).toBe(true)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a worker that is killed while it starts the sync starts it once', async () => {
  const given = await givenChoosing()
  skip(HOUR_MS)
  for (let looks = 0; (await runsOf(given)).length === 0; looks++) {
    let left = looks
    const dying = () => {
      if (left-- <= 0) throw new Error('killed')
      return clock()
    }
    await syncShop(given.domain, { clock: dying, signal: AbortSignal.timeout(30_000) }).catch(() => {})
    skip(20_000)
  }
  await syncToRest(given.domain)
  expect((await runsOf(given)).filter(({ trigger }) => trigger === 'connecting')).toHaveLength(1)
  await expectLaw(sandbox, given)
})

test('choices that are made in the hour hold for the first profile, and no comparison follows for them', async () => {
  const given = await givenChoosing()
  const list = sandbox.klaviyo.account(given.accountId).addList('Customers', 'single_opt_in')
  await choose(given, 'destination', { list: { id: list.id, name: 'Customers' } })
  await choose(given, 'audience', { consent: 'subscribed' })
  await oneTurn(given)
  expect(await runsOf(given), 'nor is anything compared now').toEqual([])
  await press(given)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
  expect((await runsOf(given)).map(({ trigger }) => trigger)).not.toContain('settings_changed')
})

test('off in that hour, nothing starts by itself; turning it on says what is sent', async () => {
  const given = await givenChoosing()
  await switchOff(given)
  skip(2 * HOUR_MS)
  await oneTurn(given)
  expect(await runsOf(given)).toEqual([])
  expect(await press(given)).toEqual({ kind: 'off' })

  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ kind: 'baseline', trigger: 'switched_on' }])
  expect(profilesOf(given)).toBe(0)
})

test('turned on for past and future in that hour, with a reset or without, everything is sent at once', async () => {
  for (const resetWord of [null, 'RESET']) {
    const given = await givenChoosing()
    await switchOff(given)
    expect(await switchOn(given, 'past_and_future', { resetWord })).toMatchObject({ kind: 'turned_on' })
    await syncToRest(given.domain)
    await expectLaw(sandbox, given)
  }
})

test('disconnected in that hour, nothing starts; connected again, the hour begins anew', async () => {
  const given = await givenChoosing()
  skip(50 * MINUTE_MS)
  await disconnectKlaviyo(given.domain, clock())
  expect(await press(given)).toEqual({ kind: 'not_connected' })
  await connectKlaviyo(given.domain, given.key, clock(), null, 'choose')
  skip(50 * MINUTE_MS)
  await oneTurn(given)
  expect(await runsOf(given)).toEqual([])
  skip(10 * MINUTE_MS)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('another account in that hour gets its own hour; a key for connecting and syncing starts at once', async () => {
  const given = await givenChoosing()
  const other = { accountId: `${given.accountId}B`, key: `${given.key}b` }
  sandbox.klaviyo.addAccount({ id: other.accountId, name: 'Other', keys: [{ key: other.key, scopes: 'full' }] })
  skip(30 * MINUTE_MS)
  await connectKlaviyo(given.domain, other.key, clock(), null, 'choose')
  skip(45 * MINUTE_MS)
  await oneTurn(given)
  expect(await runsOf(given)).toEqual([])
  await connectKlaviyo(given.domain, other.key, clock())
  expect(await runsOf(given)).toMatchObject([{ trigger: 'connecting', state: 'queued' }])
  await syncToRest(given.domain)
  await expectLaw(sandbox, { ...given, accountId: other.accountId })
  expect(profilesOf(given), 'the first account').toBe(0)
})

test('a new key for an account that is being synced keeps nobody waiting', async () => {
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: 20, seed: 3 })
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  await connectKlaviyo(given.domain, given.key, clock(), null, 'choose')
  expect((await findShop(given.domain))?.startAt).toBeNull()
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('reinstalled in that hour, it still waits for Start', async () => {
  const given = await givenChoosing()
  sandbox.shopify.faults.cause({ kind: 'status', status: 401, times: 5 })
  await shopUninstalled(given.domain, null, clock())
  sandbox.shopify.faults.clear()
  await welcomeShop(given.domain, clock())
  expect(await runsOf(given)).toEqual([])
  expect((await findShop(given.domain))?.startAt).not.toBeNull()
})

test('Start and Disconnect at once leave either a started sync that was cancelled, or none: never one without a connection', async () => {
  for (let round = 0; round < 20; round++) {
    const given = await givenChoosing()
    const both = [() => press(given), () => disconnectKlaviyo(given.domain, clock())]
    await Promise.all((round % 2 === 0 ? both : both.reverse()).map((act) => act()))
    expect(await findOpenRun(given.domain, autocommit)).toBeNull()
    expect((await findShop(given.domain))?.startAt).toBeNull()
  }
})

test('before Start, a customer who is to be synced now waits for it, and the page says so', async () => {
  const given = await givenChoosing()
  const [ada] = given.shop.customers.ascending()
  const customerId = customerNumber.parse(ada!.id)
  expect(await syncNow(given.domain, [customerId], clock())).toEqual({ kind: 'not_started', customers: 1 })
  await oneTurn(given)
  expect(profilesOf(given)).toBe(0)
  expect(await loadCustomer(given.domain, customerId)).toMatchObject({ hindrance: 'not_started' })
  await press(given)
  await syncToRest(given.domain)
  expect(await loadCustomer(given.domain, customerId)).toMatchObject({
    hindrance: null,
    customer: { state: 'in_sync' },
  })
})
