import { expect, test } from 'vitest'
import { givenKlaviyo, importBody, profileBody, START_MS } from './given-klaviyo.ts'

const UPSERT = 'POST /api/profile-import'
const ada = profileBody({ email: 'ada@shop.test' })

test('an answer tells both windows and what is left of the burst', async () => {
  const { ask } = await givenKlaviyo()

  const { headers } = await ask(UPSERT, ada)

  expect(headers.get('ratelimit-limit')).toBe('75, 75;w=1, 750;w=60')
  expect(headers.get('ratelimit-remaining')).toBe('74')
  expect(headers.get('ratelimit-reset')).toBe('0')
  expect(headers.get('cid')).toBe('ABC123')
})

test('the 76th upsert of a second is a 429 with Retry-After and without the other headers', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  for (let i = 0; i < 75; i++) expect((await ask(UPSERT, ada)).status).toBeLessThan(300)

  const over = await ask(UPSERT, ada)

  expect(over.status).toBe(429)
  expect(over.headers.get('retry-after')).toBe('1')
  expect(over.headers.get('ratelimit-limit')).toBeNull()
  expect(over.body.errors[0]).toMatchObject({
    code: 'throttled',
    title: 'Request was throttled.',
    detail: 'Request was throttled. Expected available in 1 second.',
    source: { pointer: '/data' },
  })
  expect(klaviyo.log.overLimit).toBe(1)
  expect(klaviyo.log.highestUse('create_or_update_profile')).toEqual({ burst: 75, steady: 75, daily: 0 })
})

test('whoever comes back before Retry-After has lapsed is refused again, and free afterwards', async () => {
  const { ask, klaviyo, clock } = await givenKlaviyo()
  clock.now += 700
  expect((await ask('GET /api/accounts')).status).toBe(200)
  expect((await ask('GET /api/accounts')).headers.get('retry-after')).toBe('1')

  clock.now += 999
  const early = await ask('GET /api/accounts')
  clock.now += 1

  expect(early.status).toBe(429)
  expect(klaviyo.log.earlyRetries).toBe(1)
  expect((await ask('GET /api/accounts')).status).toBe(200)
})

test('a minute that is used up asks to wait for the rest of it', async () => {
  const { ask, clock } = await givenKlaviyo()
  for (let i = 0; i < 15; i++) {
    expect((await ask('GET /api/accounts')).status).toBe(200)
    clock.now += 1_000
  }

  const over = await ask('GET /api/accounts')
  clock.now = START_MS + 60_000

  expect(over.headers.get('retry-after')).toBe('45')
  expect(over.body.errors[0].detail).toBe('Request was throttled. Expected available in 45 seconds.')
  expect((await ask('GET /api/accounts')).status).toBe(200)
})

test('creating lists is also limited by the day', async () => {
  const { ask, clock } = await givenKlaviyo()
  const list = { data: { type: 'list', attributes: { name: 'Customers' } } }
  for (let i = 0; i < 150; i++) {
    expect((await ask('POST /api/lists', list)).status).toBe(201)
    clock.now += 1_000
  }

  const over = await ask('POST /api/lists', list)

  expect(over.status).toBe(429)
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(3_600)
})

test('each operation and each account has a budget of its own, which all keys of the account share', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.addAccount({
    id: 'XYZ789',
    name: 'Other',
    keys: [
      { key: 'pk_1', scopes: 'full' },
      { key: 'pk_2', scopes: 'full' },
    ],
  })

  expect((await ask('GET /api/accounts')).status).toBe(200)
  expect((await ask('GET /api/lists')).status).toBe(200)
  expect((await ask('GET /api/accounts', undefined, { key: 'pk_1' })).status).toBe(200)
  expect((await ask('GET /api/accounts', undefined, { key: 'pk_2' })).status).toBe(429)
})

test('some includes and additional fields are counted against a stricter limit', async () => {
  const { ask, account } = await givenKlaviyo()
  const list = account.addList('Customers')
  const { body } = await ask(UPSERT, ada)

  for (const path of [
    `/api/profiles/${body.data.id}?include=lists`,
    `/api/lists/${list.id}?additional-fields[list]=profile_count`,
  ]) {
    expect((await ask(`GET ${path}`)).status).toBe(200)
    expect((await ask(`GET ${path}`)).status).toBe(429)
  }
})

test('another integration can use up a part of the quota', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'backgroundShare', share: 0.8, operations: ['bulk_import_profiles'] })
  const one = importBody([{ email: 'ada@shop.test' }])

  expect((await ask('POST /api/profile-bulk-import-jobs', one)).headers.get('ratelimit-remaining')).toBe('1')
  expect((await ask('POST /api/profile-bulk-import-jobs', one)).status).toBe(202)
  expect((await ask('POST /api/profile-bulk-import-jobs', one)).status).toBe(429)
})

test('without limits nothing is refused, but use is still counted', async () => {
  const { ask, klaviyo } = await givenKlaviyo({ limits: 'off' })

  for (let i = 0; i < 5; i++) expect((await ask('GET /api/accounts')).status).toBe(200)

  expect(klaviyo.log.overLimit).toBe(0)
  expect(klaviyo.log.highestUse('get_accounts').burst).toBe(5)
})
