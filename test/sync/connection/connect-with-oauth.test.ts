import { afterEach, expect, test, vi } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { SCOPES_ASKED } from '#app/klaviyo/endpoints.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { leaveGrant } from '#app/sync/connection/end-grants.ts'
import { workOnGrants } from '#app/sync/connection/work-on-grants.ts'
import { redactCustomer, redactShop } from '#app/sync/privacy/privacy-webhooks.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { connectByOAuth, givenGrant, givenOAuthShop } from '#test/support/oauth.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  KLAVIYO_APP,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'

const sandbox = useSandbox()

afterEach(() => {
  sandbox.klaviyo.oauth.addApp(KLAVIYO_APP)
  sandbox.klaviyo.oauth.allowedScopes = null
})

const customers = (count: number) => (shop: Shop) =>
  shop.customers.createMany(count, (i) => ({ email: `customer-${i}@example.com` }))
const idsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id, klaviyo_id from profile where shop = $1 order by 1', [domain])
const rowOf = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from connection where shop = $1', [domain]))[0]
const revocations = () => rowsIn(sandbox.databaseUrl, 'select * from klaviyo_revocation')
const round = () => workOnGrants({ clock, signal: AbortSignal.timeout(30_000) })

test('moving from a key to OAuth keeps profiles and history, and the key is never used again', async () => {
  const given = await givenConnectedShop(sandbox, customers(30))
  const before = await idsOf(given)
  const calls = callsSince(sandbox, given.accountId)

  expect(await connectByOAuth(sandbox, given)).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)

  expect(await idsOf(given)).toEqual(before)
  expect(calls().length).toBeGreaterThan(0)
  expect(calls().filter(({ key }) => key === given.key)).toEqual([])
  expect(await rowOf(given)).toMatchObject({ kind: 'oauth', scopes: [...SCOPES_ASKED].sort() })
  expect(sandbox.klaviyo.account(given.accountId).size).toBe(30)
  await expectLaw(sandbox, given)
})

test('another account is asked about, and connected only when the merchant says so', async () => {
  const given = await givenOAuthShop(sandbox, customers(5))
  const other = `${given.accountId}-other`
  sandbox.klaviyo.addAccount({ id: other, name: 'The other account', keys: [] })

  expect(await connectByOAuth(sandbox, given, { account: other })).toEqual({
    kind: 'another_account',
    accountName: 'The other account',
    before: sandbox.klaviyo.account(given.accountId).facts.name,
  })
  expect(await rowOf(given)).toMatchObject({ account_id: given.accountId })

  const confirmed = await connectByOAuth(sandbox, given, { account: other, anotherAccount: 'confirmed' })
  expect(confirmed).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, { ...given, accountId: other })
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId), 'left, so uninstalled there').toBe(false)
  expect(sandbox.klaviyo.oauth.isInstalled(other)).toBe(true)
})

test('without a scope that the sync needs nothing is stored', async () => {
  const given = await givenInstalledShop(sandbox)
  sandbox.klaviyo.oauth.allowedScopes = ['accounts:read', 'profiles:read', 'lists:read', 'lists:write']

  expect(await connectByOAuth(sandbox, given)).toEqual({ kind: 'scopes_missing', scopes: ['profiles:write'] })

  expect(await rowOf(given)).toBeUndefined()
})

test('a scope that only a feature needs may be missing: the feature is off until it is allowed, and says so', async () => {
  sandbox.klaviyo.oauth.allowedScopes = SCOPES_ASKED.filter((scope) => !/data-privacy|events/.test(scope))
  const given = await givenOAuthShop(sandbox, customers(3))
  expect((await loadConnection(given.domain)).missingScopes).toEqual(['data-privacy:write', 'events:write'])
  const [ada] = given.shop.customers.all()
  const person = { customerId: customerNumber.parse(ada!.id), email: 'customer-0@example.com', phone: null }
  given.shop.customers.remove(ada!.id)
  await redactCustomer(given.domain, person, clock())
  const { syncShop } = await import('#app/sync/turn/sync-shop.ts')
  for (let turn = 0; turn < 3; turn++) await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })

  expect(await rowOf(given), 'everything else goes on').toMatchObject({ refused_at: null })
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail(person.email)).toBeDefined()

  sandbox.klaviyo.oauth.allowedScopes = null
  await connectByOAuth(sandbox, given)
  await syncToRest(given.domain)
  expect((await loadConnection(given.domain)).missingScopes).toEqual([])
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail(person.email)).toBeUndefined()
})

test('a disconnection uninstalls the app in Klaviyo, later if Klaviyo is away, and forgets the tokens', async () => {
  const given = await givenOAuthShop(sandbox)
  await disconnectKlaviyo(given.domain, clock())
  sandbox.klaviyo.oauth.fail({ kind: 'status', status: 503 })
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId)).toBe(true)
  expect(JSON.stringify(await revocations())).not.toMatch(/kl_rt_/)

  skip(60 * 60_000)
  await round()

  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId)).toBe(false)
  expect(await revocations()).toEqual([])
})

test('pasting a key instead uninstalls the app, too', async () => {
  const given = await givenOAuthShop(sandbox)
  await connectKlaviyo(given.domain, given.key, clock())
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId)).toBe(false)
  expect(await rowOf(given)).toMatchObject({ kind: 'key', scopes: [], sealed_access_token: null })
})

test('an account that another shop uses, or the same shop again, keeps the app', async () => {
  const one = await givenOAuthShop(sandbox)
  const two = await givenInstalledShop(sandbox)
  await connectByOAuth(sandbox, two, { account: one.accountId })
  const plain = { kind: 'prefixed', prefix: 'two' } as const
  const { connectWithOAuth } = await import('#app/sync/connection/connect-with-oauth.ts')
  const grant = await givenGrant(sandbox, one.accountId)
  const how = { sharing: plain, first: 'sync', now: clock(), anotherAccount: 'ask' } as const
  expect(await connectWithOAuth(two.domain, grant, how)).toMatchObject({ kind: 'connected' })

  await disconnectKlaviyo(two.domain, clock())
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(one.accountId)).toBe(true)

  await disconnectKlaviyo(one.domain, clock())
  await connectByOAuth(sandbox, one)
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(one.accountId)).toBe(true)
})

test('a shop whose grant was ended in Klaviyo does not keep the grant of another, later one from being ended', async () => {
  const one = await givenOAuthShop(sandbox)
  const two = await givenInstalledShop(sandbox)
  const { connectWithOAuth } = await import('#app/sync/connection/connect-with-oauth.ts')
  const how = { sharing: { kind: 'prefixed', prefix: 'two' }, first: 'sync', anotherAccount: 'ask' } as const
  await connectWithOAuth(two.domain, await givenGrant(sandbox, one.accountId), { ...how, now: clock() })
  sandbox.klaviyo.oauth.uninstall(one.accountId)
  skip(24 * 60 * 60_000)
  await round()
  for (const given of [one, two]) expect((await rowOf(given)).refused_at).not.toBeNull()

  await connectByOAuth(sandbox, one)
  await disconnectKlaviyo(one.domain, clock())
  await round()
  expect(sandbox.klaviyo.oauth.isInstalled(one.accountId)).toBe(false)
})

test('the grant of a shop that is being erased is ended, however long the erasure takes', async () => {
  const given = await givenOAuthShop(sandbox, customers(3))
  given.shop.uninstall()
  const held = rowsIn(sandbox.databaseUrl, `begin; lock table profile; select pg_sleep(60)`).catch(() => null)
  const holder = `select pid from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'profile'::regclass`
  const soon = { timeout: 20_000, interval: 20 }
  await vi.waitUntil(async () => (await rowsIn(sandbox.databaseUrl, holder)).length > 0, soon)
  const erased = redactShop(given.domain, clock())
  await vi.waitUntil(async () => (await revocations()).length === 1, soon)

  await round()

  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId)).toBe(false)
  await rowsIn(sandbox.databaseUrl, `select pg_terminate_backend(pid) from (${holder}) as of_test`)
  await held
  await erased
  expect(await rowOf(given)).toBeUndefined()
})

test('a grant that the merchant decides against is ended, unless a shop uses that account', async () => {
  const given = await givenOAuthShop(sandbox)
  const other = `${given.accountId}-left`
  sandbox.klaviyo.addAccount({ id: other, name: 'Left', keys: [] })

  await leaveGrant(given.domain, await givenGrant(sandbox, other), clock())
  await leaveGrant(given.domain, await givenGrant(sandbox, given.accountId), clock())
  await round()

  expect(sandbox.klaviyo.oauth.isInstalled(other)).toBe(false)
  expect(sandbox.klaviyo.oauth.isInstalled(given.accountId)).toBe(true)
})

test('a stored token that no key opens keeps no other grant from being ended', async () => {
  const [one, two] = [await givenOAuthShop(sandbox), await givenOAuthShop(sandbox)]
  await disconnectKlaviyo(one.domain, clock())
  await rowsIn(sandbox.databaseUrl, `update klaviyo_revocation set sealed_refresh_token = 'damaged'`)
  skip(1_000)
  await disconnectKlaviyo(two.domain, clock())

  await round()

  expect(sandbox.klaviyo.oauth.isInstalled(two.accountId)).toBe(false)
  const [damaged] = await revocations()
  expect(damaged!.not_before.getTime()).toBeGreaterThan(clock().getTime())
  await rowsIn(sandbox.databaseUrl, 'delete from klaviyo_revocation')
})

test('a shop whose stored token no key opens can be disconnected, or connected again', async () => {
  for (const away of [
    ({ domain }: InstalledShop) => disconnectKlaviyo(domain, clock()),
    ({ domain, key }: InstalledShop) => connectKlaviyo(domain, key, clock()),
  ]) {
    const given = await givenOAuthShop(sandbox)
    await rowsIn(sandbox.databaseUrl, `update connection set sealed_refresh_token = 'damaged' where shop = $1`, [
      given.domain,
    ])
    await away(given)
    expect((await rowOf(given))?.kind).not.toBe('oauth')
  }
})
