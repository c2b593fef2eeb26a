import { expect, test } from 'vitest'
import { SCOPES_ASKED } from '#app/klaviyo/endpoints.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { endGrants } from '#app/sync/connection/end-grants.ts'
import { loadLogin } from '#app/sync/klaviyo-login/begin-login.ts'
import { endLogin } from '#app/sync/klaviyo-login/end-login.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  KLAVIYO_APP,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { begun, redirectUri, returned, userId, visited } from './given-login.ts'

const sandbox = useSandbox()

type Answer = Partial<Parameters<typeof endLogin>[1]>
const ended = ({ domain }: Pick<InstalledShop, 'domain'>, ticket: string, answer: Answer = {}) =>
  endLogin(domain, { userId, ticket, redirectUri, sharing: null, account: null, ...answer }, clock())
const connectionOf = ({ domain }: Pick<InstalledShop, 'domain'>) => findConnection(domain, autocommit)
const kept = ({ domain }: Pick<InstalledShop, 'domain'>) =>
  rowsIn(sandbox.databaseUrl, 'select stage from klaviyo_authorization where shop = $1', [domain])

test('a login that was allowed connects the shop, which syncs as with a key', async () => {
  const shop = await givenInstalledShop(sandbox)
  shop.shop.customers.create({ email: 'ada@example.com' })

  const outcome = await ended(shop, await returned(sandbox, shop))

  expect(outcome).toMatchObject({ kind: 'connected', first: 'sync' })
  expect(await connectionOf(shop)).toMatchObject({ kind: 'oauth', accountId: shop.accountId, refusedAt: null })
  await syncToRest(shop.domain)
  await expectLaw(sandbox, shop)
  expect((await loadSyncCard(shop.domain, clock())).connection).toMatchObject({ kind: 'connected', by: 'login' })
  expect(await kept(shop)).toEqual([])
})

test('a merchant who chose to look at the choices first is not synced before pressing Start', async () => {
  const shop = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop, { first: 'choose' })
  expect(await ended(shop, ticket)).toMatchObject({ kind: 'connected', first: 'choose' })
  expect((await loadSyncCard(shop.domain, clock())).startAt).not.toBeNull()
})

test('once a login has connected the shop, one that the same merchant gave up is not asked about any more', async () => {
  const shop = await givenInstalledShop(sandbox)
  await begun(shop)
  await begun(shop, { userId: '43' })
  await ended(shop, await returned(sandbox, shop))
  const unreturned = async (userId: string) =>
    (await loadLogin(shop.domain, { userId, isOffered: true }, clock())).unreturned
  expect(await unreturned(userId)).toBeNull()
  expect(await unreturned('43')).not.toBeNull()
})

test('nobody else can end a login: neither another member of staff, nor another shop, nor anybody a second time', async () => {
  const [shop, other] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  const ticket = await returned(sandbox, shop)

  expect(await ended(shop, ticket, { userId: '43' })).toEqual({ kind: 'login_over' })
  expect(await ended(shop, ticket, { userId: '' })).toEqual({ kind: 'login_over' })
  expect(await ended(other, ticket)).toEqual({ kind: 'login_over' })
  expect(await connectionOf(shop)).toBeNull()
  expect(await connectionOf(other)).toBeNull()

  expect(await ended(shop, ticket)).toMatchObject({ kind: 'connected' })
  expect(await ended(shop, ticket)).toEqual({ kind: 'login_over' })
})

test('who sends a merchant to Klaviyo with a login of his own gets nothing: the ticket comes to the merchant’s browser only', async () => {
  const [attacker, victim] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  const allowedByVictim = sandbox.klaviyo.oauth.allow(await begun(attacker), victim.accountId)
  const { to } = await visited(allowedByVictim)

  // The victim is led to the attacker's admin, to which they have no access; the attacker knows the state, but no ticket.
  expect(to?.pathname).toContain(`/store/${attacker.domain.replace('.myshopify.com', '')}/`)
  const state = new URL(allowedByVictim).searchParams.get('state')!
  for (const guess of ['', state, 'x'.repeat(43)]) expect(await ended(attacker, guess)).toEqual({ kind: 'login_over' })
  expect(await ended(victim, to!.searchParams.get('klaviyo')!)).toEqual({ kind: 'login_over' })
  expect(await connectionOf(attacker)).toBeNull()
})

test('a merchant who does not allow the app is told so, and nothing is connected', async () => {
  const shop = await givenInstalledShop(sandbox)
  const { to } = await visited(sandbox.klaviyo.oauth.refuse(await begun(shop)))
  expect(await ended(shop, to!.searchParams.get('klaviyo')!)).toEqual({ kind: 'consent_refused' })
  expect(await connectionOf(shop)).toBeNull()
})

test('a code that Klaviyo no longer accepts is told apart from an app that the operator set up wrongly', async () => {
  const shop = await givenInstalledShop(sandbox)
  const late = await returned(sandbox, shop)
  skip(6 * 60_000)
  expect(await ended(shop, late)).toEqual({ kind: 'code_refused' })

  const ticket = await returned(sandbox, shop)
  sandbox.klaviyo.oauth.addApp({ ...KLAVIYO_APP, clientSecret: 'another' })
  try {
    expect(await ended(shop, ticket)).toEqual({ kind: 'client_refused' })
  } finally {
    sandbox.klaviyo.oauth.addApp(KLAVIYO_APP)
  }
  expect(await connectionOf(shop)).toBeNull()
})

test('a login that takes longer than ten minutes is over', async () => {
  const shop = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop)
  skip(11 * 60_000)
  expect(await ended(shop, ticket)).toEqual({ kind: 'login_over' })
})

test.each([
  [503, 'klaviyo_unavailable'],
  [429, 'throttled'],
])(
  'if Klaviyo answers the exchange with %d, nothing is connected, and the same login can be ended later',
  async (status, kind) => {
    const shop = await givenInstalledShop(sandbox)
    const ticket = await returned(sandbox, shop)
    sandbox.klaviyo.oauth.fail({ kind: 'status', status })
    expect(await ended(shop, ticket)).toMatchObject({ kind })
    expect(await connectionOf(shop)).toBeNull()
    expect(await ended(shop, ticket)).toMatchObject({ kind: 'connected' })
    expect(await kept(shop)).toEqual([])
  },
)

test('if the answer to the exchange is lost, trying again says that the code was used', async () => {
  const shop = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop)
  sandbox.klaviyo.oauth.fail({ kind: 'lost' })
  expect(await ended(shop, ticket)).toEqual({ kind: 'klaviyo_unavailable' })
  expect(await ended(shop, ticket)).toEqual({ kind: 'code_refused' })
  expect(await kept(shop)).toEqual([])
})

test('if Klaviyo is away after the exchange, the same login can be ended later', async () => {
  const shop = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, account: shop.accountId })
  expect(await ended(shop, ticket)).toEqual({ kind: 'klaviyo_unavailable' })
  expect(await connectionOf(shop)).toBeNull()
  sandbox.klaviyo.faults.clear()
  expect(await ended(shop, ticket)).toMatchObject({ kind: 'connected' })
  expect(await kept(shop)).toEqual([])
})

test('without a scope that the sync needs nothing is connected, and the missing ones are named', async () => {
  const shop = await givenInstalledShop(sandbox)
  sandbox.klaviyo.oauth.allowedScopes = SCOPES_ASKED.filter((scope) => !scope.startsWith('lists:'))
  try {
    expect(await ended(shop, await returned(sandbox, shop))).toEqual({
      kind: 'scopes_missing',
      scopes: ['lists:read', 'lists:write'],
    })
  } finally {
    sandbox.klaviyo.oauth.allowedScopes = null
  }
  expect(await connectionOf(shop)).toBeNull()
  expect(await kept(shop)).toEqual([])
})

test('a login to another account is asked about: a yes changes the account, and its ticket is spent', async () => {
  const shop = await givenConnectedShop(sandbox)
  const other = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop, { accountId: other.accountId })

  const asked = await ended(shop, ticket)
  expect(asked).toMatchObject({ kind: 'another_account' })
  expect(await connectionOf(shop)).toMatchObject({ kind: 'key', accountId: shop.accountId })

  expect(await ended(shop, ticket, { account: 'change' })).toMatchObject({ kind: 'connected' })
  expect(await connectionOf(shop)).toMatchObject({ kind: 'oauth', accountId: other.accountId })
  expect(await kept(shop)).toEqual([])
})

test('a no keeps the old connection, and Lockstep is removed from the account that was not meant', async () => {
  const shop = await givenConnectedShop(sandbox)
  const other = await givenInstalledShop(sandbox)
  const ticket = await returned(sandbox, shop, { accountId: other.accountId })
  await ended(shop, ticket)
  expect(sandbox.klaviyo.oauth.isInstalled(other.accountId)).toBe(true)

  expect(await ended(shop, ticket, { account: 'keep' })).toEqual({ kind: 'account_kept' })

  expect(await connectionOf(shop)).toMatchObject({ kind: 'key', accountId: shop.accountId })
  await endGrants({ clock, signal: AbortSignal.timeout(30_000) })
  expect(sandbox.klaviyo.oauth.isInstalled(other.accountId)).toBe(false)
})

test('a no does not remove Lockstep from an account that another shop is connected to', async () => {
  const shop = await givenConnectedShop(sandbox)
  const other = await givenInstalledShop(sandbox)
  await ended(other, await returned(sandbox, other))
  const ticket = await returned(sandbox, shop, { accountId: other.accountId })
  expect(await ended(shop, ticket)).toMatchObject({ kind: 'another_account' })
  await ended(shop, ticket, { account: 'keep' })
  await endGrants({ clock, signal: AbortSignal.timeout(30_000) })
  expect(sandbox.klaviyo.oauth.isInstalled(other.accountId)).toBe(true)
})

test('beside another shop the merchant is asked what to write, as with a key', async () => {
  const shop = await givenInstalledShop(sandbox)
  const other = await givenConnectedShop(sandbox)
  const ticket = await returned(sandbox, shop, { accountId: other.accountId })
  const asked = await ended(shop, ticket)
  expect(asked).toMatchObject({ kind: 'account_shared', prefix: expect.any(String) })
  const sharing = { kind: 'prefixed', prefix: 'second' } as const
  expect(await ended(shop, ticket, { sharing })).toMatchObject({ kind: 'connected' })
})

test('a shop moves from a key to the login and keeps its profiles: nothing is sent again', async () => {
  const shop = await givenConnectedShop(sandbox, ({ customers }) => {
    customers.create({ email: 'ada@example.com' })
  })
  expect(await ended(shop, await returned(sandbox, shop))).toMatchObject({ kind: 'connected' })
  expect(await connectionOf(shop)).toMatchObject({ kind: 'oauth', accountId: shop.accountId })
  await syncToRest(shop.domain)
  await expectLaw(sandbox, shop)
})

test('a shop whose app was removed in Klaviyo is connected again by a login, and what waited goes out', async () => {
  const shop = await givenInstalledShop(sandbox)
  shop.shop.customers.create({ email: 'ada@example.com' })
  await ended(shop, await returned(sandbox, shop))
  await syncToRest(shop.domain)
  sandbox.klaviyo.oauth.uninstall(shop.accountId)
  expect(await ended(shop, await returned(sandbox, shop))).toMatchObject({ kind: 'connected' })
  await syncToRest(shop.domain)
  await expectLaw(sandbox, shop)
  await disconnectKlaviyo(shop.domain, clock())
})

test('a key can take the login’s place again', async () => {
  const shop = await givenInstalledShop(sandbox)
  await ended(shop, await returned(sandbox, shop))
  expect(await connectKlaviyo(shop.domain, shop.key, clock())).toMatchObject({ kind: 'connected' })
  expect(await connectionOf(shop)).toMatchObject({ kind: 'key' })
})
