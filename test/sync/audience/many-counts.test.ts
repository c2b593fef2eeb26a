import { expect, test } from 'vitest'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import type { Audience } from '#app/core/settings/audience.ts'
import { countMatching } from '#app/sync/report/count-customers.ts'
import { givenAudience, wanting } from '#test/core/settings/given-audience.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
useDoor(sandbox)

const AT_ONCE = 48
/** The question that is being answered, and those that may wait. */
const MOST_OF_A_SHOP = 4
const MOST_FILES = 3

const waiting = new AbortController().signal

function ask({ domain }: InstalledShop, audience: Partial<Audience>, signal = waiting): Promise<CustomerCount> {
  return countMatching(domain, { audience: givenAudience(audience), again: false, clock, signal })
}

const downloads = () => sandbox.shopify.log.of('download').length

/** A shop whose customers Shopify has written into a file. */
async function givenFile(customers: number): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(customers, (i) => ({ email: `c${i}@example.com`, tags: [`tag ${i % AT_ONCE}`] }))
  await ask(given, {})
  for (const operation of given.shop.bulk.all()) await given.shop.bulk.finished(operation.id)
  return given
}

/** Delivers webhooks until these are answered. Returns how each was answered. */
async function deliverUntil({ shop }: InstalledShop, done: Promise<unknown>): Promise<number[]> {
  const statuses: number[] = []
  let isDone = false
  done.finally(() => (isDone = true)).catch(() => {})
  for (let id = 1; !isDone; id++) {
    const updatedAt = '2026-11-20T10:00:00Z'
    statuses.push(
      await shop.webhooks.deliverOnce(shop.webhooks.compose('customers/update', { id: String(id), updatedAt })),
    )
  }
  return statuses
}

test('of many different questions at once, a few are answered and the others refused, and webhooks are still accepted', async () => {
  const given = await givenFile(10_000)
  const before = downloads()

  const asked = Promise.all(Array.from({ length: AT_ONCE }, (_, i) => ask(given, wanting(`tag ${i}`))))
  const statuses = await deliverUntil(given, asked)

  const kinds = (await asked).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'counted')).toHaveLength(MOST_OF_A_SHOP)
  expect(kinds.filter((kind) => kind === 'unavailable')).toHaveLength(AT_ONCE - MOST_OF_A_SHOP)
  expect(downloads() - before).toBe(MOST_OF_A_SHOP)
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(statuses.length).toBeGreaterThan(3)
  expect(await ask(given, wanting('tag 47'))).toMatchObject({ kind: 'counted', total: 10_000, matching: 208 })
})

test('the same question at once is one read of the file, and every caller gets its answer', async () => {
  const given = await givenFile(2_000)
  const before = downloads()

  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(given, wanting('tag 0'))))

  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toMatchObject({ kind: 'counted', total: 2_000, matching: 42 })
  expect(downloads() - before).toBe(1)
})

test('the files of a few shops are read at a time, and every shop gets its answer', async () => {
  const shops = await Promise.all(Array.from({ length: 6 }, () => givenFile(50)))
  sandbox.shopify.faults.cause({ kind: 'slow', delayMs: 300, door: 'download' })
  const before = downloads()

  const answers = shops.map((shop) => ask(shop, {}))
  const firstDone = await Promise.race(answers)

  expect(firstDone).toMatchObject({ kind: 'counted', total: 50 })
  expect(downloads() - before).toBeLessThanOrEqual(MOST_FILES)
  for (const answer of answers) expect(await answer).toMatchObject({ kind: 'counted', total: 50 })
})

test('a question that no caller waits for any more makes room for another, and one that another caller waits for continues', async () => {
  const given = await givenFile(50)
  sandbox.shopify.faults.cause({ kind: 'slow', delayMs: 300, door: 'download' })
  const leaving = new AbortController()
  const shared = ask(given, {})
  const gone = Array.from({ length: MOST_OF_A_SHOP }, (_, i) =>
    ask(given, i === 0 ? {} : wanting(`tag ${i}`), leaving.signal),
  )
  expect(await ask(given, wanting('one too many'))).toEqual({ kind: 'unavailable' })

  leaving.abort()
  const next = ask(given, wanting('tag 7'))

  for (const answer of gone) expect(await answer).toEqual({ kind: 'unavailable' })
  expect(await shared).toMatchObject({ kind: 'counted', total: 50 })
  expect(await next).toMatchObject({ kind: 'counted', matching: 1 })
})
