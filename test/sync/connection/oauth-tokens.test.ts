import { afterEach, expect, test } from 'vitest'
import { findOutage, quotaOf } from '#app/store/klaviyo-budgets.ts'
import { findOpenCredential } from '#app/sync/connection/open-credential.ts'
import { workOnGrants } from '#app/sync/connection/work-on-grants.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { connectByOAuth, givenOAuthShop } from '#test/support/oauth.ts'
import { rowsIn } from '#test/support/rows.ts'
import { type InstalledShop, KLAVIYO_APP, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

afterEach(() => {
  sandbox.klaviyo.oauth.addApp(KLAVIYO_APP)
  sandbox.klaviyo.oauth.rotation = 'same'
})

const rowOf = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from connection where shop = $1', [domain]))[0]

/** The token requests since now. */
function requestsSince() {
  const { requests } = sandbox.klaviyo.oauth
  const from = requests.length
  return () => requests.slice(from).map(({ grantType, status }) => `${grantType} ${status}`)
}

/** Changes a customer, and lets the webhook in. */
async function change(given: InstalledShop, name: string): Promise<void> {
  const [first] = given.shop.customers.all()
  await tell(given.domain, given.shop.customers.update(first!.id, { firstName: name }))
}

const customers = (count: number) => (shop: Shop) =>
  shop.customers.createMany(count, (i) => ({ email: `customer-${i}@example.com` }))

const round = () => workOnGrants({ clock, signal: AbortSignal.timeout(30_000) })

test('a shop that is connected by OAuth is synced by tokens alone, which no row shows', async () => {
  const given = await givenOAuthShop(sandbox, (shop) => void seedCustomers(shop, { count: 60, seed: 3 }))

  const report = await expectLaw(sandbox, given)
  expect(report.customers).toBe(60)
  const shown = new Set(
    sandbox.klaviyo.log.entries.filter(({ account }) => account === given.accountId).map(({ key }) => key),
  )
  expect([...shown].every((key) => key?.startsWith('kl_at_'))).toBe(true)
  const row = await rowOf(given)
  expect(row).toMatchObject({ kind: 'oauth', account_id: given.accountId, refused_at: null })
  expect(JSON.stringify(row)).not.toMatch(/kl_(at|rt)_/)
})

test.each(['same', 'rotating', 'strict'] as const)(
  'a token is renewed five minutes before it expires, and the answer is stored first (rotation: %s)',
  async (rotation) => {
    const given = await givenOAuthShop(sandbox, customers(5))
    sandbox.klaviyo.oauth.rotation = rotation
    const requests = requestsSince()
    for (let hour = 0; hour < 3; hour++) {
      skip(HOUR_MS - 4 * 60_000)
      await change(given, `hour-${hour}`)
      await syncToRest(given.domain)
    }
    expect(requests()).toEqual(Array(3).fill('refresh_token 200'))
    expect(
      sandbox.klaviyo.log.entries.filter(({ account, status }) => account === given.accountId && status === 401),
    ).toEqual([])
    await expectLaw(sandbox, given)
  },
)

test('a token that Klaviyo refuses early is renewed once, and the call is made again', async () => {
  const given = await givenOAuthShop(sandbox, customers(5))
  sandbox.klaviyo.oauth.expireAccess(given.accountId)
  const [requests, calls] = [requestsSince(), callsSince(sandbox, given.accountId)]

  await change(given, 'after')
  await syncToRest(given.domain)

  expect(requests()).toEqual(['refresh_token 200'])
  expect(calls('create_or_update_profile').map(({ status }) => status)).toEqual([200])
  expect(await rowOf(given)).toMatchObject({ refused_at: null })
  await expectLaw(sandbox, given)
})

test('calls that are made at the same time share one renewal', async () => {
  const given = await givenOAuthShop(sandbox)
  const requests = requestsSince()
  skip(2 * HOUR_MS)
  const { access } = (await findOpenCredential(given.domain, clock))!
  if (access.kind !== 'oauth') throw new Error('not by OAuth')

  const tokens = await Promise.all(Array.from({ length: 12 }, () => access.token(null)))

  expect(new Set(tokens.map((token) => 'accessToken' in token && token.accessToken)).size).toBe(1)
  expect(requests()).toEqual(['refresh_token 200'])
})

test('of two that renew a token at the same time, the second takes what the first stored', async () => {
  const given = await givenOAuthShop(sandbox)
  sandbox.klaviyo.oauth.rotation = 'strict' // a second renewal with the old refresh token would end the grant
  const requests = requestsSince()
  skip(2 * HOUR_MS)
  const both = await Promise.all([findOpenCredential(given.domain, clock), findOpenCredential(given.domain, clock)])

  const tokens = await Promise.all(both.map((one) => one!.access.kind === 'oauth' && one!.access.token(null)))

  expect(tokens[0]).toMatchObject({ kind: 'token' })
  expect(tokens[1]).toMatchObject({ accessToken: (tokens[0] as { accessToken: string }).accessToken })
  expect(requests()).toEqual(['refresh_token 200'])
})

test.each(['invalid_grant', 'invalid_grant_type'] as const)(
  'an app that was uninstalled in Klaviyo (%s) stops the connection, and every change is kept for the reconnection',
  async (deadToken) => {
    const given = await givenOAuthShop(sandbox, customers(20))
    sandbox.klaviyo.oauth.deadToken = deadToken
    sandbox.klaviyo.oauth.uninstall(given.accountId)
    await change(given, 'meanwhile')
    await syncToRest(given.domain)
    expect((await rowOf(given)).refused_at).not.toBeNull()
    expect(await findOpenCredential(given.domain, clock)).toBeNull()
    const ids = await rowsIn(sandbox.databaseUrl, 'select klaviyo_id from profile where shop = $1 order by 1', [
      given.domain,
    ])

    expect(await connectByOAuth(sandbox, given)).toMatchObject({ kind: 'connected' })
    await syncToRest(given.domain)

    await expectLaw(sandbox, given)
    expect(
      await rowsIn(sandbox.databaseUrl, 'select klaviyo_id from profile where shop = $1 order by 1', [given.domain]),
    ).toEqual(ids)
  },
)

test('a wrong secret is the operator’s fault: nothing is refused or lost, and it goes on once that is mended', async () => {
  const given = await givenOAuthShop(sandbox, customers(5))
  sandbox.klaviyo.oauth.addApp({ ...KLAVIYO_APP, clientSecret: 'a new one' })
  skip(2 * HOUR_MS)
  await change(given, 'meanwhile')
  const quota = quotaOf({ accountId: given.accountId, kind: 'oauth' })
  const { syncShop } = await import('#app/sync/turn/sync-shop.ts')
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })

  expect(await findOutage(quota, clock())).toMatchObject({ why: 'misconfigured' })
  expect((await rowOf(given)).refused_at).toBeNull()
  sandbox.klaviyo.oauth.addApp(KLAVIYO_APP)
  await syncToRest(given.domain)
  expect(await findOutage(quota, clock())).toBeNull()
  await expectLaw(sandbox, given)
})

test.each([
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429 },
  { kind: 'html' },
  { kind: 'lost' },
] as const)('a token endpoint that fails (%s) is tried again later, and nothing is lost', async (fault) => {
  const given = await givenOAuthShop(sandbox, customers(5))
  sandbox.klaviyo.oauth.rotation = 'rotating' // the answer that is lost had a new refresh token; the old one still works
  sandbox.klaviyo.oauth.fail(fault, 2)
  skip(2 * HOUR_MS)
  await change(given, 'meanwhile')
  await syncToRest(given.domain)
  expect((await rowOf(given)).refused_at).toBeNull()
  await expectLaw(sandbox, given)
})

test('a connection that is idle stays alive for a year', async () => {
  const given = await givenOAuthShop(sandbox)
  for (let week = 0; week < 52; week++) {
    skip(7 * DAY_MS)
    await round()
  }
  expect(await rowOf(given)).toMatchObject({ refused_at: null })
  expect(await findOpenCredential(given.domain, clock)).not.toBeNull()
})

test('an uninstallation in Klaviyo is noticed within a day in a shop where nothing changes', async () => {
  const given = await givenOAuthShop(sandbox)
  sandbox.klaviyo.oauth.uninstall(given.accountId)
  await round()
  expect((await rowOf(given)).refused_at, 'renewed a moment ago').toBeNull()

  skip(DAY_MS)
  await round()

  expect((await rowOf(given)).refused_at).not.toBeNull()
})

test('two processes that look after idle connections at the same time renew each of them once', async () => {
  await givenOAuthShop(sandbox)
  skip(2 * DAY_MS)
  await round()
  skip(2 * DAY_MS)
  const requests = requestsSince()
  const others = await rowsIn(
    sandbox.databaseUrl,
    `select 1 from connection where kind = 'oauth' and refused_at is null`,
  )
  await Promise.all([round(), round()])
  expect(requests()).toEqual(Array(others.length).fill('refresh_token 200'))
})

test('a grant whose renewal Klaviyo answers oddly keeps no other from being renewed, and an outage is not asked on and on', async () => {
  for (let i = 0; i < 4; i++) await givenOAuthShop(sandbox)
  await round()
  skip(2 * DAY_MS)
  const idle = await rowsIn(sandbox.databaseUrl, `select 1 from connection where kind = 'oauth' and refused_at is null`)
  const odd = requestsSince()
  sandbox.klaviyo.oauth.fail({ kind: 'status', status: 404 })
  await round()
  expect(odd().sort()).toEqual([...Array(idle.length - 1).fill('refresh_token 200'), 'refresh_token 404'])

  skip(2 * DAY_MS)
  const away = requestsSince()
  sandbox.klaviyo.oauth.fail({ kind: 'status', status: 503 }, 10)
  await round()
  expect(away()).toEqual(Array(3).fill('refresh_token 503'))
  sandbox.klaviyo.oauth.clearFaults()
})

test('while Klaviyo limits renewals, idle connections are left for a later round', async () => {
  for (let i = 0; i < 3; i++) await givenOAuthShop(sandbox)
  skip(2 * DAY_MS)
  const requests = requestsSince()
  sandbox.klaviyo.oauth.fail({ kind: 'status', status: 429 }, 3)
  await round()
  expect(requests()).toEqual(['refresh_token 429'])
  sandbox.klaviyo.oauth.clearFaults()
})
