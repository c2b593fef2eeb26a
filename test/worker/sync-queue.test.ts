import { expect, onTestFinished, test, vi } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { closeQueue, openQueue, wakeShops, workOnShops } from '#app/queue/sync-queue.ts'
import { connectionOptions } from '#app/store/connection-options.ts'
import { freshDatabase } from '#test/support/fresh-database.ts'

const shopsNamed = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i}.myshopify.com` as ShopDomain)

async function givenQueue(): Promise<AbortSignal> {
  const { url, drop } = await freshDatabase()
  await openQueue(await connectionOptions(url), { role: 'worker' })
  const stopping = new AbortController()
  onTestFinished(async () => {
    stopping.abort()
    await closeQueue(1_000)
    await drop()
  })
  return stopping.signal
}

test('a slot that is free again takes the next shop at once, whether or not another is woken', async () => {
  const signal = await givenQueue()
  const woken = shopsNamed('shop', 25)
  const synced: ShopDomain[] = []
  await workOnShops('live', { slots: 2, signal }, async (shop) => void synced.push(shop))
  await wakeShops(woken)
  await vi.waitFor(() => expect(new Set(synced)).toEqual(new Set(woken)), { timeout: 15_000, interval: 20 })
})

test('however many runs wait and never end, live changes have slots', async () => {
  const signal = await givenQueue()
  const never = new Promise<void>(() => {})
  const running: ShopDomain[] = []
  const synced: ShopDomain[] = []
  const working = [
    workOnShops('run', { slots: 2, signal }, (shop) => {
      running.push(shop)
      return never
    }),
    workOnShops('live', { slots: 2, signal }, async (shop) => void synced.push(shop)),
  ]
  await Promise.all(working)
  await wakeShops(shopsNamed('run', 10), 'run')
  await vi.waitUntil(() => running.length === 2, { timeout: 10_000 })
  await wakeShops(shopsNamed('live', 5))
  await vi.waitUntil(() => synced.length === 5, { timeout: 10_000 })
  expect(running).toHaveLength(2)
})
