import { beforeAll, expect, test } from 'vitest'
import { MAX_UNANSWERED } from '#app/core/flow/backoff.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { givenAudience, leavingOut, wanting } from '#test/core/settings/given-audience.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, prepareKilling, syncToRestBy, syncUntilKilled } from '#test/support/looks.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { versionOf } from '#test/support/settings.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import { givenAda, looksAt, saveChosenAudience } from './given-audience-shop.ts'

const sandbox = useSandbox()
beforeAll(() => prepareKilling(sandbox))

const connecting = { kind: 'full', trigger: 'connecting', state: 'finished' }
const comparison = { kind: 'reconcile', trigger: 'settings_changed', state: 'finished' }
const HOUR_MS = 60 * 60_000
const MANY = 120

const syncOneTurn = ({ domain }: Pick<InstalledShop, 'domain'>) =>
  syncShop(domain, { clock, signal: AbortSignal.timeout(10_000) })

/** Half of many customers are VIPs. */
async function givenVips(many = MANY) {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(many, (i) => ({
      email: `c${i}@example.com`,
      tags: i % 2 === 0 ? ['VIP'] : [],
      updatedAt: '2026-01-01T00:00:00Z',
    })),
  )
  return { ...given, ...looksAt(sandbox, given) }
}

const FEW = 12
const halvesOf = (many: number) => ({ synced: many / 2, byRule: many / 2 })
const halves = halvesOf(MANY)

test('rules saved while a full sync is open apply to what it still reads, and the comparison comes after it', async () => {
  const given = await givenVips()
  skip(HOUR_MS)
  expect((await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).kind).toBe('started')
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  await syncOneTurn(given)
  await saveChosenAudience(given, wanting('vip'))
  await syncOneTurn(given)
  expect(await given.runs()).toMatchObject([connecting, { trigger: 'by_hand' }])
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([
    connecting,
    { trigger: 'by_hand', state: 'finished', excluded: MANY / 2 },
    { ...comparison, excluded: MANY / 2 },
  ])
  expect(await expectLaw(sandbox, given)).toMatchObject(halves)
})

test('rules saved while the integration is off compare all customers once it is on again', async () => {
  const given = await givenAda(sandbox)
  await switchOff(given)
  await saveChosenAudience(given, wanting('gold'))
  expect(await syncOneTurn(given)).toBeNull()
  expect(await given.runs()).toMatchObject([connecting])
  expect(await given.stateOf()).toMatchObject({ state: 'synced' })

  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([connecting, { trigger: 'switched_on', state: 'finished' }, comparison])
  expect(await expectLaw(sandbox, given)).toMatchObject({ byRule: 1 })
})

test('rules saved while all customers are being recorded wait for that, and the customers they exclude are named', async () => {
  const given = await givenVips()
  await switchOff(given)
  for (const { id } of given.shop.customers.all()) given.shop.customers.update(id, { firstName: 'While off' })
  skip(10_000)
  await switchOn(given, 'future')
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  await syncOneTurn(given)
  await saveChosenAudience(given, wanting('vip'))
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([connecting, { kind: 'baseline', state: 'finished', pushed: 0 }, comparison])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, futureOnly: MANY / 2, byRule: MANY / 2 })
})

test('a customer kept as it was stays so when rules change that it matches, and is sent when a rule excludes it and another includes it again', async () => {
  const given = await givenAda(sandbox)
  await switchOff(given)
  given.shop.customers.update(given.ada.id, { firstName: 'While off' })
  skip(10_000)
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 1 })

  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 1 })
  expect(given.profile()?.attributes.first_name).toBe('Ada')

  await saveChosenAudience(given, leavingOut('vip'))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 0, byRule: 1 })
  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  expect(given.profile()?.attributes.first_name).toBe('While off')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('customers in an import while rules are saved are excluded once it has ended, with what it delivered', async () => {
  const given = await givenVips()
  const changed = [...given.shop.customers.all()].map(({ id }) =>
    given.shop.customers.update(id, { firstName: 'On the way' }),
  )
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await tell(given.domain, ...changed)
  await syncOneTurn(given)
  await saveChosenAudience(given, wanting('vip'))
  for (let i = 0; i < 5; i++) {
    await syncOneTurn(given)
    skip(5_000)
  }
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject(halves)
  const profiles = [...sandbox.klaviyo.account(given.accountId).profiles()]
  expect(profiles.every(({ attributes }) => attributes.first_name === 'On the way')).toBe(true)
})

test('of rules saved twice before a comparison, the second apply', async () => {
  const given = await givenVips()
  await saveChosenAudience(given, leavingOut('vip'))
  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject(halves)
  expect((await given.runs()).filter(({ trigger }) => trigger === 'settings_changed')).toHaveLength(1)
})

test('a comparison that fails is repeated after an hour', async () => {
  const given = await givenVips()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart', times: MAX_UNANSWERED + 1 })
  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([connecting, { ...comparison, state: 'failed' }, comparison])
  expect(await expectLaw(sandbox, given)).toMatchObject(halves)
})

test.each([1, 2, 3])(
  'rules saved at any time during a comparison by other rules apply in the end (of three from %i)',
  async (first) => {
    for (let n = first; ; n += 3) {
      const given = await givenVips(FEW)
      await saveChosenAudience(given, leavingOut('vip'))
      const version = await versionOf(given)
      const audience = givenAudience({ ...wanting('vip'), consent: 'not_unsubscribed' })
      const watched = eventfulClock(n, () =>
        saveSetting(given.domain, 'audience', { version, choice: audience, now: clock() }),
      )
      await syncToRestBy(given, watched.clock)
      const saved = await watched.done()
      if (saved === null) break
      expect(saved).toMatchObject({ kind: 'saved' })
      await syncToRest(given.domain)
      expect({ n, ...(await expectLaw(sandbox, given)) }).toMatchObject({ n, ...halvesOf(FEW) })
    }
  },
)

test.each([1, 2])(
  'a worker that is killed at any time during the comparison leaves nothing undone (of two from %i)',
  async (first) => {
    for (let looks = first; ; looks += 2) {
      const given = await givenVips(FEW)
      await saveChosenAudience(given, wanting('vip'))
      const waiting = [...given.shop.customers.all()].slice(0, 3)
      await tell(given.domain, ...waiting.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
      const watched = countingClock()
      const killed = await syncUntilKilled(sandbox, given, looks, watched.clock)
      skip(HOUR_MS / 4)
      await syncToRest(given.domain)
      expect({ looks, ...(await expectLaw(sandbox, given)) }).toMatchObject({ looks, ...halvesOf(FEW) })
      if (!killed) break
    }
  },
)
