import { afterEach, expect, test, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import { customerNumber } from '#app/core/ids.ts'
import { transaction } from '#app/store/database.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { syncNow } from '#app/sync/intake/sync-now.ts'
import { compareCustomer } from '#app/sync/report/compare-customer.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const number = (id: string) => customerNumber.parse(id)
const view = ({ domain }: InstalledShop, id: string) => loadCustomer(domain, number(id))
const live = ({ domain }: InstalledShop, id: string) => compareCustomer(domain, number(id), clock())

const givenAda = () =>
  givenConnectedShop(sandbox, (shop) =>
    shop.customers.create({ firstName: 'Ada', email: 'ada@example.com', tags: ['vip'], phone: '+493012345678' }),
  )

test('a customer in sync says when and by which request it was sent, and the two sides are equal', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  expect(await view(given, ada!.id)).toMatchObject({
    customer: { state: 'in_sync', code: null, lastSentAt: expect.any(String) },
    klaviyoId: expect.any(String),
    waiting: null,
    hindrance: null,
    request: { kind: 'upsert', outcome: 'accepted', status: 200, profiles: 1, words: null, cleared: [] },
  })
  const now = await live(given, ada!.id)
  expect(now).toMatchObject({
    shopify: { kind: 'found', name: 'Ada', email: 'ada@example.com' },
    klaviyo: { kind: 'found' },
    notSent: null,
    body: { kind: 'exact' },
  })
  expect(new Set(now.fields.map(({ state }) => state))).toEqual(new Set(['same']))
  expect(now.fields.find(({ name }) => name === 'first_name')).toEqual({
    name: 'first_name',
    isProperty: false,
    wanted: 'Ada',
    current: 'Ada',
    state: 'same',
  })
})

test('the request that is shown is the one that Klaviyo got, byte for byte of its values', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  const sent = bodiesSent('/api/profile-import')
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: null, lastName: 'Byron' }))
  await syncToRest(given.domain)
  const { body } = await live(given, ada!.id)
  expect(body).toMatchObject({ kind: 'exact' })
  expect(JSON.parse(body?.kind === 'exact' ? body.json : '')).toEqual(JSON.parse(sent.at(-1)!))
})

test('a change that has not arrived is seen on both sides, and only the names are left of the last request', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  given.shop.customers.update(ada!.id, { firstName: 'Augusta' })
  const now = await live(given, ada!.id)
  expect(now.fields.filter(({ state }) => state !== 'same')).toEqual([
    { name: 'first_name', isProperty: false, wanted: 'Augusta', current: 'Ada', state: 'differs' },
  ])
  expect(now.body).toEqual({ kind: 'names', fields: expect.arrayContaining(['first_name', 'email']) })
})

test('what was changed in Klaviyo is put right by one press, although nothing changed in Shopify', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  const account = sandbox.klaviyo.account(given.accountId)
  const { klaviyoId } = await view(given, ada!.id)
  await changeInKlaviyo(given, klaviyoId!, { first_name: 'Wrong' })
  expect((await live(given, ada!.id)).fields.find(({ name }) => name === 'first_name')).toMatchObject({
    wanted: 'Ada',
    current: 'Wrong',
    state: 'differs',
  })
  expect(await syncNow(given.domain, [number(ada!.id)], clock())).toEqual({ kind: 'asked', customers: 1 })
  expect(await view(given, ada!.id)).toMatchObject({ customer: { state: 'waiting' }, waiting: { for: 'read' } })
  await syncToRest(given.domain)
  expect([...account.profiles()].map(({ attributes }) => attributes.first_name)).toEqual(['Ada'])
  expect(await view(given, ada!.id)).toMatchObject({ customer: { state: 'in_sync' }, heard: { how: 'sync_now' } })
})

test('each side may fail by itself', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503 })
  const withoutKlaviyo = await live(given, ada!.id)
  expect(withoutKlaviyo).toMatchObject({ shopify: { kind: 'found' }, klaviyo: { kind: 'unavailable' } })
  expect(withoutKlaviyo.fields.find(({ name }) => name === 'first_name')).toMatchObject({
    wanted: 'Ada',
    current: null,
    state: 'unknown',
  })
  sandbox.klaviyo.faults.clear()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  const withoutShopify = await live(given, ada!.id)
  expect(withoutShopify).toMatchObject({ shopify: { kind: 'unavailable' }, klaviyo: { kind: 'found' } })
  expect(withoutShopify.fields.find(({ name }) => name === 'first_name')).toMatchObject({
    wanted: null,
    current: 'Ada',
    state: 'unknown',
  })
})

test('a refused profile says what Klaviyo answered, and what was sent', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'refused@example.com' }))
  const [ada] = given.shop.customers.ascending()
  expect(await view(given, ada!.id)).toMatchObject({
    customer: { state: 'issue', code: 'invalid_email' },
    request: { outcome: 'refused', status: 400, words: expect.any(String) },
  })
  expect(await live(given, ada!.id)).toMatchObject({ klaviyo: { kind: 'not_found' }, body: { kind: 'exact' } })
})

test('an import is the last request of all that it carried', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` })),
  )
  const [first] = given.shop.customers.ascending()
  expect(await view(given, first!.id)).toMatchObject({
    request: { kind: 'import', outcome: 'accepted', status: 202, profiles: 60, run: expect.any(String) },
    heard: null,
  })
  expect(await live(given, first!.id)).toMatchObject({ body: { kind: 'exact' } })
  const kept = await rowsIn(sandbox.databaseUrl, 'select * from delivery where shop = $1', [given.domain])
  expect(kept).toHaveLength(1)
  expect(JSON.stringify(kept)).not.toMatch(/example\.com/)
})

test('a number that nobody has, another shop’s customer, a deleted and an erased one each say so', async () => {
  const given = await givenAda()
  const other = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'eve@example.com' }))
  const [ada] = given.shop.customers.ascending()
  const [eve] = other.shop.customers.ascending()
  for (const id of ['1234567890123', eve!.id]) {
    if (id === ada!.id) continue
    expect(await view(given, id)).toMatchObject({
      customer: { state: 'unread', code: null },
      klaviyoId: null,
      request: null,
    })
    expect(await live(given, id)).toMatchObject({
      shopify: { kind: 'not_found' },
      klaviyo: { kind: 'not_asked' },
      fields: [],
    })
  }
  given.shop.customers.remove(ada!.id)
  expect(await live(given, ada!.id)).toMatchObject({ shopify: { kind: 'not_found' }, klaviyo: { kind: 'found' } })
  await syncNow(given.domain, [number(ada!.id)], clock())
  await syncToRest(given.domain)
  expect(await view(given, ada!.id)).toMatchObject({ customer: { state: 'gone' } })
})

test('a customer with a rule against it says which, and would not be sent', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ firstName: 'Ada' }))
  const [ada] = given.shop.customers.ascending()
  expect(await view(given, ada!.id)).toMatchObject({ customer: { state: 'left_out', code: 'no_email' }, request: null })
  expect(await live(given, ada!.id)).toMatchObject({
    shopify: { kind: 'found', email: null },
    notSent: { code: 'no_email' },
    klaviyo: { kind: 'not_asked' },
    body: null,
  })
})

/** Listens on the way out: the stand-in keeps no bodies. */
function bodiesSent(path: string): readonly string[] {
  const bodies: string[] = []
  const send = globalThis.fetch
  vi.stubGlobal('fetch', (to: URL, init: RequestInit) => {
    if (String(to).endsWith(path)) bodies.push(String(init.body))
    return send(to, init)
  })
  return bodies
}
afterEach(() => void vi.unstubAllGlobals())

async function changeInKlaviyo({ key }: InstalledShop, id: string, attributes: Record<string, unknown>): Promise<void> {
  const answer = await fetch(new URL('/api/profile-import', config.klaviyoBaseUrl), {
    method: 'POST',
    headers: {
      authorization: `Klaviyo-API-Key ${key}`,
      revision: '2026-07-15',
      'content-type': 'application/vnd.api+json',
    },
    body: JSON.stringify({ data: { type: 'profile', id, attributes } }),
  })
  expect(answer.status).toBe(200)
}

test('an erasure leaves nothing of any request that carried the customer alone, however many there were', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  for (const firstName of ['Augusta', 'Byron']) {
    await tell(given.domain, given.shop.customers.update(ada!.id, { firstName }))
    await syncToRest(given.domain)
  }
  await transaction((on) => eraseCustomer(given.domain, number(ada!.id), [], clock(), on))
  const left = `select * from delivery where shop = $1 and kind = 'upsert'`
  expect(await rowsIn(sandbox.databaseUrl, left, [given.domain])).toEqual([])
})

test('a customer who is erased while the request is on its way leaves nothing of it', async () => {
  const given = await givenAda()
  const [ada] = given.shop.customers.ascending()
  const send = globalThis.fetch
  vi.stubGlobal('fetch', async (to: URL, init: RequestInit) => {
    const answer = await send(to, init)
    if (String(to).endsWith('/api/profile-import'))
      await transaction((on) => eraseCustomer(given.domain, number(ada!.id), [], clock(), on))
    return answer
  })
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: 'Augusta' }))
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(20_000), sliceMs: 0 })
  const left = `select * from delivery where shop = $1 and kind = 'upsert'`
  expect(await rowsIn(sandbox.databaseUrl, left, [given.domain])).toEqual([])
})
