import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { listWebhookTopics, saveWebhookTopics } from '#app/store/webhook-topics.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

test('topics are listed with the instant at which each last arrived, newest first', async () => {
  const shop = await givenShop()
  expect(await listWebhookTopics(shop)).toEqual([])
  await saveWebhookTopics([
    { shop, topic: 'customers/update', at: at('10:00:00') },
    { shop, topic: 'customers/create', at: at('11:00:00') },
  ])
  await saveWebhookTopics([{ shop, topic: 'customers/delete', at: at('10:30:00') }])

  expect(await listWebhookTopics(shop)).toEqual([
    { topic: 'customers/create', receivedAt: at('11:00:00') },
    { topic: 'customers/delete', receivedAt: at('10:30:00') },
    { topic: 'customers/update', receivedAt: at('10:00:00') },
  ])
})

test('the newest instant is kept, in whatever order they are saved', async () => {
  const shop = await givenShop()
  for (const time of ['10:00:00', '12:00:00', '11:00:00']) {
    await saveWebhookTopics([{ shop, topic: 'customers/update', at: at(time) }])
  }
  expect(await listWebhookTopics(shop)).toEqual([{ topic: 'customers/update', receivedAt: at('12:00:00') }])
})

test('a topic that arrived twice before it was saved is saved with the newer instant', async () => {
  const shop = await givenShop()
  await saveWebhookTopics([
    { shop, topic: 'customers/update', at: at('12:00:00') },
    { shop, topic: 'customers/update', at: at('11:00:00') },
  ])
  expect(await listWebhookTopics(shop)).toEqual([{ topic: 'customers/update', receivedAt: at('12:00:00') }])
})

test('a shop that is unknown or has not the app keeps nothing, and does not keep others from it', async () => {
  const [here, gone] = [await givenShop(), await givenShop()]
  const stranger = 'stranger.myshopify.com' as ShopDomain
  await uninstallShop(gone, at('09:00:00'))

  await saveWebhookTopics([stranger, gone, here].map((shop) => ({ shop, topic: 'Customer', at: at('10:00:00') })))

  expect(await listWebhookTopics(here)).toEqual([{ topic: 'Customer', receivedAt: at('10:00:00') }])
  for (const shop of [gone, stranger]) {
    expect(await store.rows('select * from webhook_topic where shop = $1', shop)).toEqual([])
  }
})

test('a shop’s list has its own topics only', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  await saveWebhookTopics([
    { shop, topic: 'customers/update', at: at('10:00:00') },
    { shop: other, topic: 'customers/update', at: at('11:00:00') },
  ])
  expect(await listWebhookTopics(shop)).toEqual([{ topic: 'customers/update', receivedAt: at('10:00:00') }])
})

test('many processes that save the same topics at once, in any order, do not deadlock', async () => {
  const shops = [await givenShop(), await givenShop(), await givenShop()]
  const topics = shops.flatMap((shop) =>
    ['customers/create', 'customers/update', 'Customer'].map((topic) => ({ shop, topic })),
  )
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      saveWebhookTopics(
        (i % 2 ? topics : topics.toReversed()).map((one) => ({
          ...one,
          at: at(`10:00:${String(i).padStart(2, '0')}`),
        })),
      ),
    ),
  )
  for (const shop of shops) {
    expect((await listWebhookTopics(shop)).map(({ receivedAt }) => receivedAt)).toEqual(Array(3).fill(at('10:00:19')))
  }
})
