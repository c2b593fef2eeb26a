import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
useDoor(sandbox)

const isTold = async (shop: ShopDomain) => (await loadConnection(shop)).accountIsShared

/** Two shops, each with a key of the first one's account, the second not connected yet. */
async function givenTwoOnOne() {
  const [one, two] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  await connectKlaviyo(one.domain, one.key, clock())
  return { one, two, connectTwo: () => connectKlaviyo(two.domain, one.key, clock()) }
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
