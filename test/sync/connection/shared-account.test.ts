import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { plainSharing, type Sharing } from '#app/core/profile/sharing.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { ask, profileBody } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'

const sandbox = useSandbox()
useDoor(sandbox)

const isTold = async (shop: ShopDomain) => (await loadConnection(shop)).accountIsShared

/** Two shops, each with a key of the first one's account, the second not connected yet. */
async function givenTwoOnOne() {
  const [one, two] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  await connectKlaviyo(one.domain, one.key, clock())
  return {
    one,
    two,
    connectTwo: (sharing: Sharing | null = plainSharing) => connectKlaviyo(two.domain, one.key, clock(), sharing),
  }
}

test('both merchants are informed once another shop sends to the same Klaviyo account (case 36)', async () => {
  const { one, two, connectTwo } = await givenTwoOnOne()
  expect([await isTold(one.domain), await isTold(two.domain)]).toEqual([false, false])
  await connectTwo()
  expect([await isTold(one.domain), await isTold(two.domain)]).toEqual([true, true])
})

test('neither is informed which shop it is', async () => {
  const { one, two, connectTwo } = await givenTwoOnOne()
  two.shop.setFacts({ name: 'Secret Boutique' })
  await connectTwo()
  const told = JSON.stringify(await loadConnection(one.domain))
  expect(told).not.toContain(two.domain)
  expect(told).not.toContain('Secret Boutique')
})

test('a shop with an account of its own is informed of nothing', async () => {
  const { one } = await givenTwoOnOne()
  const other = await givenInstalledShop(sandbox)
  await connectKlaviyo(other.domain, other.key, clock())
  expect([await isTold(one.domain), await isTold(other.domain)]).toEqual([false, false])
})

test.each(['disconnected', 'removed the app'] as const)(
  'the other shop no longer counts when it has %s',
  async (how) => {
    const { one, two, connectTwo } = await givenTwoOnOne()
    await connectTwo()
    if (how === 'disconnected') await disconnectKlaviyo(two.domain, clock())
    else {
      two.shop.uninstall()
      await two.shop.webhooks.flush()
    }
    expect(await isTold(one.domain)).toBe(false)
  },
)

test('before a second shop is connected to an account, its merchant chooses what it writes', async () => {
  const { two, connectTwo } = await givenTwoOnOne()
  const asked = await connectTwo(null)
  expect(asked).toEqual({
    kind: 'account_shared',
    accountName: expect.any(String),
    prefix: two.domain.replace('.myshopify.com', ''),
  })
  expect(await findConnection(two.domain, autocommit)).toBeNull()

  expect(await connectTwo({ kind: 'prefixed', prefix: 'Outlet' })).toMatchObject({ kind: 'connected' })
  expect(await findShop(two.domain)).toMatchObject({ mapping: { sharing: { kind: 'prefixed', prefix: 'Outlet' } } })
  expect(await connectTwo(null), 'a new key of the same account').toMatchObject({ kind: 'connected' })
  expect(await findShop(two.domain)).toMatchObject({ mapping: { sharing: { kind: 'prefixed', prefix: 'Outlet' } } })
})

test('two shops of an account cannot have the same prefix, at connecting or later', async () => {
  const { one, connectTwo } = await givenTwoOnOne()
  await connectTwo({ kind: 'following', prefix: 'Outlet' })
  const three = await givenInstalledShop(sandbox)
  const taken = await connectKlaviyo(three.domain, one.key, clock(), { kind: 'prefixed', prefix: 'outlet' })
  expect(taken).toEqual({ kind: 'prefix_taken' })
  const chosen = await choose(one, 'destination', { sharing: { kind: 'prefixed', prefix: 'OUTLET' } })
  expect(chosen).toEqual({ kind: 'prefix_taken' })
})

test('a shop that moves to an account of its own writes everything again', async () => {
  const { two, connectTwo } = await givenTwoOnOne()
  await connectTwo({ kind: 'prefixed', prefix: 'Outlet' })
  expect(await connectKlaviyo(two.domain, two.key, clock())).toMatchObject({ kind: 'connected' })
  expect(await findShop(two.domain)).toMatchObject({ mapping: { sharing: { kind: 'plain' } } })
})

test('properties that others had written before are named to the merchant, if the mapping sends them as well', async () => {
  const given = await givenInstalledShop(sandbox)
  for (const [email, properties] of [
    ['a@example.com', { loyalty_tier: 'Gold', favourite: 'tea', constructor: 1 }],
    ['b@example.com', { loyalty_points: 1, shopify_customer_id: '7' }],
  ] as const)
    await ask(sandbox.klaviyo, 'POST /api/profiles', profileBody({ email, properties }), { key: given.key })
  await connectKlaviyo(given.domain, given.key, clock())
  expect(await loadSetting(given.domain, 'mapping', clock())).toMatchObject({ writtenByOthers: ['loyalty_tier'] })
})

test('a prefix with letters that databases and programs make small in different ways is taken by its own shop alone', async () => {
  const { one, connectTwo } = await givenTwoOnOne()
  await connectTwo({ kind: 'prefixed', prefix: 'İÖUTLET' })
  const taken = await choose(one, 'destination', { sharing: { kind: 'prefixed', prefix: 'İÖUTLET' } })
  expect(taken).toEqual({ kind: 'prefix_taken' })
})

test('a shop that comes back to an account is asked if others have come meanwhile, unless its prefix is still free', async () => {
  const { one, two, connectTwo } = await givenTwoOnOne()
  await disconnectKlaviyo(one.domain, clock())
  expect(await connectTwo(null), 'alone').toMatchObject({ kind: 'connected' })
  expect(await connectKlaviyo(one.domain, one.key, clock())).toMatchObject({ kind: 'account_shared' })

  const outlet = { kind: 'prefixed', prefix: 'Outlet' } as const
  expect(await connectKlaviyo(one.domain, one.key, clock(), outlet)).toMatchObject({ kind: 'connected' })
  await disconnectKlaviyo(one.domain, clock())
  expect(await connectKlaviyo(one.domain, one.key, clock()), 'still free').toMatchObject({ kind: 'connected' })

  await disconnectKlaviyo(one.domain, clock())
  await choose(two, 'destination', { sharing: outlet })
  expect(await connectKlaviyo(one.domain, one.key, clock())).toMatchObject({ kind: 'account_shared' })
})

test.each([null, { kind: 'prefixed', prefix: 'Outlet' }] as const)(
  'of two shops that are connected at the same moment, one is told of the other (%j)',
  async (sharing) => {
    const { one } = await givenTwoOnOne()
    await disconnectKlaviyo(one.domain, clock())
    const shops = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
    const outcomes = await Promise.all(shops.map(({ domain }) => connectKlaviyo(domain, one.key, clock(), sharing)))
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(
      sharing ? ['connected', 'prefix_taken'] : ['account_shared', 'connected'],
    )
  },
)
