import { Agent } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Courier } from './courier.ts'
import type { Delivery } from './delivery.ts'
import { type ListeningApp, type Reaction, startListeningApp } from './listening-app.ts'

let dispatcher: Agent
let app: ListeningApp | null
let courier: Courier
let nowMs: number

beforeEach(() => {
  dispatcher = new Agent()
  app = null
  nowMs = 0
  courier = new Courier({ dispatcher, target: () => app?.url ?? null, now: () => nowMs })
  courier.configure({ retryDelayMs: 1 })
})

afterEach(async () => {
  courier.close()
  await dispatcher.destroy()
  await app?.close()
})

async function givenApp(react?: (index: number) => Reaction): Promise<ListeningApp> {
  app = await startListeningApp((_, index) => react?.(index) ?? 200)
  return app
}

function delivery(number: number): Delivery {
  const webhookId = `webhook-${number}`
  return {
    topic: 'customers/update',
    uri: '/webhooks/customers',
    webhookId,
    headers: { 'x-id': webhookId },
    body: `${number}`,
  }
}

function postMany(count: number): void {
  for (let number = 0; number < count; number++) courier.post(delivery(number))
}

function bodies({ received }: ListeningApp): number[] {
  return received.map(({ body }) => Number(body))
}

const inOrder = (count: number) => Array.from({ length: count }, (_, number) => number)

test('one at a time, deliveries arrive in the order of the changes', async () => {
  const app = await givenApp()
  courier.configure({ concurrency: 1 })
  postMany(20)
  await courier.flush()

  expect(bodies(app)).toEqual(inOrder(20))
  expect(courier.stats).toEqual({ sent: 20, acknowledged: 20, retried: 0, givenUp: 0, debounced: 0 })
})

test('a refusal, a redirection and a reset are repeated with the same id and body until acknowledged', async () => {
  const app = await givenApp((index) => ([500, 302, 'reset', 401] as const)[index] ?? 200)
  courier.post(delivery(7))
  await courier.flush()

  expect(app.received).toHaveLength(5)
  expect(new Set(app.received.map(({ headers, body }) => `${headers['x-id']} ${body}`))).toEqual(
    new Set(['webhook-7 7']),
  )
  expect(courier.stats).toEqual({ sent: 1, acknowledged: 1, retried: 4, givenUp: 0, debounced: 0 })
})

test('an app that never answers in time is given up after eight repeats', async () => {
  const app = await givenApp(() => 'silence')
  courier.configure({ timeoutMs: 600 }) // long enough for each request to arrive on a busy machine
  courier.post(delivery(1))
  await courier.flush()

  expect(app.received).toHaveLength(9)
  expect(courier.stats).toEqual({ sent: 1, acknowledged: 0, retried: 8, givenUp: 1, debounced: 0 })
})

test('some are sent twice, under the same id', async () => {
  const app = await givenApp()
  courier.configure({ duplicateRate: 0.5, seed: 3 })
  postMany(100)
  await courier.flush()

  expect(new Set(bodies(app)).size).toBe(100)
  expect(app.received.length).toBeGreaterThan(130)
  expect(app.received.length).toBeLessThan(170)
})

test('shuffled deliveries arrive in an order that their seed alone decides', async () => {
  const orderOf = async (seed: number) => {
    const app = await givenApp()
    courier.configure({ shuffle: true, concurrency: 1, seed })
    courier.pause()
    postMany(30)
    courier.resume()
    await courier.flush()
    await app.close()
    return bodies(app)
  }
  const [first, again, other] = [await orderOf(5), await orderOf(5), await orderOf(6)]

  expect(first).toEqual(again)
  expect(first).not.toEqual(other)
  expect(first).not.toEqual(inOrder(30))
  expect(first.toSorted((one, another) => one - another)).toEqual(inOrder(30))
})

test('held back deliveries arrive after later ones, and by the end of a flush at the latest', async () => {
  const app = await givenApp()
  courier.configure({ holdBackRate: 0.3, concurrency: 1, seed: 4 })
  postMany(40)
  await courier.flush()

  expect(bodies(app)).not.toEqual(inOrder(40))
  expect(bodies(app).toSorted((one, another) => one - another)).toEqual(inOrder(40))
})

test('what was said a moment ago is not said again', async () => {
  const app = await givenApp()
  courier.configure({ debounceMs: 1000 })
  courier.post(delivery(1))
  nowMs += 999
  courier.post(delivery(1))
  courier.post(delivery(2))
  nowMs += 1000
  courier.post(delivery(1))
  await courier.flush()

  expect(bodies(app).toSorted()).toEqual([1, 1, 2])
  expect(courier.stats).toMatchObject({ sent: 3, debounced: 1 })
})

test('a pause holds everything until it ends', async () => {
  const app = await givenApp()
  courier.pause()
  postMany(3)
  const flushed = courier.flush()
  expect(app.received).toHaveLength(0)

  courier.resume()
  await flushed
  expect(app.received).toHaveLength(3)
})

test('without an app to deliver to nothing is kept', async () => {
  postMany(3)
  await courier.flush()

  expect(courier.stats.sent).toBe(0)
})

test('closing ends all waiting', async () => {
  await givenApp(() => 500)
  courier.configure({ retryDelayMs: 60_000 })
  postMany(3)
  const flushed = courier.flush()
  courier.close()

  await flushed
})
