import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { listTopicsHeard, saveTopicsHeard } from '#app/store/topics-heard.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

test('topics are listed with the instant at which each last arrived, newest first', async () => {
  const shop = await givenShop()
  expect(await listTopicsHeard(shop)).toEqual([])
  await saveTopicsHeard([
    { shop, topic: 'customers/update', at: at('10:00:00') },
    { shop, topic: 'customers/create', at: at('11:00:00') },
  ])
  await saveTopicsHeard([{ shop, topic: 'customers/delete', at: at('10:30:00') }])

  expect(await listTopicsHeard(shop)).toEqual([
    { topic: 'customers/create', heardAt: at('11:00:00') },
    { topic: 'customers/delete', heardAt: at('10:30:00') },
    { topic: 'customers/update', heardAt: at('10:00:00') },
  ])
})

test('the newest instant is kept, in whatever order they are saved', async () => {
  const shop = await givenShop()
  for (const time of ['10:00:00', '12:00:00', '11:00:00']) {
    await saveTopicsHeard([{ shop, topic: 'customers/update', at: at(time) }])
  }
  expect(await listTopicsHeard(shop)).toEqual([{ topic: 'customers/update', heardAt: at('12:00:00') }])
})

test('a topic that arrived twice before it was saved is saved with the newer instant', async () => {
  const shop = await givenShop()
  await saveTopicsHeard([
    { shop, topic: 'customers/update', at: at('12:00:00') },
    { shop, topic: 'customers/update', at: at('11:00:00') },
  ])
  expect(await listTopicsHeard(shop)).toEqual([{ topic: 'customers/update', heardAt: at('12:00:00') }])
})

test('a shop that is unknown or has not the app keeps nothing, and does not keep others from it', async () => {
  const [here, gone] = [await givenShop(), await givenShop()]
  const stranger = 'stranger.myshopify.com' as ShopDomain
  await uninstallShop(gone, at('09:00:00'))

  await saveTopicsHeard([stranger, gone, here].map((shop) => ({ shop, topic: 'Customer', at: at('10:00:00') })))

  expect(await listTopicsHeard(here)).toEqual([{ topic: 'Customer', heardAt: at('10:00:00') }])
  for (const shop of [gone, stranger]) {
    expect(await store.rows('select * from topic_heard where shop = $1', shop)).toEqual([])
  }
})

test('a shop’s list has its own topics only', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  await saveTopicsHeard([
    { shop, topic: 'customers/update', at: at('10:00:00') },
    { shop: other, topic: 'customers/update', at: at('11:00:00') },
  ])
  expect(await listTopicsHeard(shop)).toEqual([{ topic: 'customers/update', heardAt: at('10:00:00') }])
})

test('many processes that save the same topics at once, in any order, do not deadlock', async () => {
  const shops = [await givenShop(), await givenShop(), await givenShop()]
  const heard = shops.flatMap((shop) =>
    ['customers/create', 'customers/update', 'Customer'].map((topic) => ({ shop, topic })),
  )
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      saveTopicsHeard(
        (i % 2 ? heard : heard.toReversed()).map((one) => ({ ...one, at: at(`10:00:${String(i).padStart(2, '0')}`) })),
      ),
    ),
  )
  for (const shop of shops) {
    expect((await listTopicsHeard(shop)).map(({ heardAt }) => heardAt)).toEqual(Array(3).fill(at('10:00:19')))
  }
})
