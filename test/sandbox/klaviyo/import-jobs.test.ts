import { expect, test } from 'vitest'
import { givenKlaviyo, importBody, profileBody } from './given-klaviyo.ts'

const IMPORT = 'POST /api/profile-bulk-import-jobs'

test('one malformed profile refuses the whole job, with an error and an indexed pointer for every bad one', async () => {
  const { ask, account, clock } = await givenKlaviyo()

  const answer = await ask(
    IMPORT,
    importBody([
      { email: 'ada@shop.test' },
      { email: 'nonsense' },
      { email: 'refused-2@shop.test' },
      { email: 'ben@shop.test', phone_number: '12' },
    ]),
  )
  clock.now += 10_000

  expect(answer.status).toBe(400)
  expect(answer.body.errors.map((error: { source: { pointer: string } }) => error.source.pointer)).toEqual([
    '/data/attributes/profiles/data/1/attributes/email',
    '/data/attributes/profiles/data/2/attributes/email',
    '/data/attributes/profiles/data/3/attributes/phone_number',
  ])
  expect(account.jobs()).toEqual([])
  expect(account.size).toBe(0)
})

test('an unknown list refuses the job without pointing at a profile', async () => {
  const { ask, account } = await givenKlaviyo()

  const answer = await ask(IMPORT, importBody([{ email: 'ada@shop.test' }], ['NOLIST']))

  expect(answer.status).toBe(400)
  expect(answer.body.errors[0].source.pointer).toBe('/data/')
  expect(account.jobs()).toEqual([])
})

test('more than 10,000 profiles are refused, and so are none', async () => {
  const { ask } = await givenKlaviyo()
  const many = Array.from({ length: 10_001 }, (_, i) => ({ external_id: `c-${i}` }))

  expect((await ask(IMPORT, importBody(many))).status).toBe(400)
  expect((await ask(IMPORT, importBody([]))).status).toBe(400)
  expect((await ask(IMPORT, importBody(many.slice(1)))).status).toBe(202)
})

test('a job goes from queued over processing to complete, and its profiles appear only then', async () => {
  const { ask, account, clock } = await givenKlaviyo({ jobMs: 300 })
  const list = account.addList('Customers')

  const submitted = await ask(IMPORT, importBody([{ email: 'ada@shop.test' }, { email: 'ben@shop.test' }], [list.id]))
  const at = async (ms: number) => {
    clock.now += ms
    return (await ask(`GET /api/profile-bulk-import-jobs/${submitted.body.data.id}`)).body.data.attributes
  }

  expect(submitted.status).toBe(202)
  expect(submitted.body.data.attributes).toEqual({
    status: 'queued',
    created_at: '2026-11-21T12:00:00.000+00:00',
    total_count: 2,
    completed_count: 0,
    failed_count: 0,
    completed_at: null,
    expires_at: '2026-11-28T12:00:00.000+00:00',
    started_at: null,
  })
  expect(await at(99)).toMatchObject({ status: 'queued', started_at: null })
  expect(await at(150)).toMatchObject({ status: 'processing', completed_count: 1, completed_at: null })
  expect(account.size).toBe(0)
  expect(await at(51)).toMatchObject({ status: 'complete', completed_count: 2, failed_count: 0 })
  expect(account.size).toBe(2)
  expect(account.profileByEmail('ada@shop.test')?.lists).toEqual(new Set([list.id]))
})

test('a job is gone after seven days', async () => {
  const { ask, clock } = await givenKlaviyo()
  const { body } = await ask(IMPORT, importBody([{ email: 'ada@shop.test' }]))

  clock.now += 7 * 86_400_000
  const answer = await ask(`GET /api/profile-bulk-import-jobs/${body.data.id}`)

  expect(answer.status).toBe(404)
  expect(answer.body.errors[0].detail).toBe('Invalid job id')
})

test('an import passes over nulls, where an upsert clears', async () => {
  const { ask, account, clock } = await givenKlaviyo()
  const before = {
    email: 'ada@shop.test',
    first_name: 'Ada',
    location: { city: 'London' },
    properties: { tier: 'gold' },
  }
  await ask('POST /api/profile-import', profileBody(before))

  const nulls = {
    first_name: null,
    last_name: 'Lovelace',
    location: { city: null },
    properties: { tier: null, points: 3 },
  }
  await ask(IMPORT, importBody([{ email: 'ada@shop.test', ...nulls }]))
  clock.now += 300

  expect(account.profileByEmail('ada@shop.test')?.attributes).toMatchObject({
    first_name: 'Ada',
    last_name: 'Lovelace',
    location: { city: 'London' },
    properties: { tier: 'gold', points: 3 },
  })
  await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test', first_name: null }))
  expect(account.profileByEmail('ada@shop.test')?.attributes.first_name).toBeNull()
})

test('what fails while a job runs is counted and comes out as paged import errors that echo what was sent', async () => {
  const { ask, account, clock } = await givenKlaviyo()
  await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  await ask('POST /api/profile-import', profileBody({ email: 'ben@shop.test', phone_number: '+14155550100' }))
  const failing = Array.from({ length: 22 }, (_, i) => ({ email: `importerror-${i}@shop.test`, external_id: `c-${i}` }))

  const { body } = await ask(
    IMPORT,
    importBody([
      { email: 'cara@shop.test' },
      { first_name: 'Nobody' },
      { email: 'CARA@shop.test' },
      { email: 'ada@shop.test', phone_number: '+14155550100' },
      { email: 'dan@shop.test', properties: { text: 'x'.repeat(102_400) } },
      ...failing,
    ]),
  )
  clock.now += 300
  const path = `/api/profile-bulk-import-jobs/${body.data.id}`
  const job = await ask(`GET ${path}`)
  const first = await ask(`GET ${path}/import-errors`)
  const second = await ask(`GET ${first.body.links.next}`)

  expect(job.body.data.attributes).toMatchObject({ status: 'complete', completed_count: 1, failed_count: 26 })
  expect([first.body.data.length, second.body.data.length, second.body.links.next]).toEqual([20, 6, null])
  expect(first.body.data.slice(0, 5).map((error: { attributes: object }) => error.attributes)).toMatchObject([
    { code: 'invalid', original_payload: { first_name: 'Nobody' } },
    { code: 'duplicate_profile', original_payload: { email: 'CARA@shop.test' } },
    { code: 'duplicate_profile', original_payload: { email: 'ada@shop.test' } },
    { code: 'invalid', source: { pointer: '/data/attributes/profiles/data/4' } },
    { original_payload: { email: 'importerror-0@shop.test', external_id: 'c-0' } },
  ])
  expect(account.size).toBe(3)
})

test('which profiles came out of a job can be paged through, as ids and in full', async () => {
  const { ask, clock, account } = await givenKlaviyo()
  const { body } = await ask(IMPORT, importBody([{ email: 'ada@shop.test' }, { email: 'ben@shop.test' }]))
  clock.now += 300
  const path = `/api/profile-bulk-import-jobs/${body.data.id}`

  const ids = await ask(`GET ${path}/relationships/profiles?page[size]=1`)
  const rest = await ask(`GET ${ids.body.links.next}`)
  const full = await ask(`GET ${path}/profiles?fields[profile]=email`)

  expect([...ids.body.data, ...rest.body.data]).toEqual([
    { type: 'profile', id: account.profileByEmail('ada@shop.test')?.id },
    { type: 'profile', id: account.profileByEmail('ben@shop.test')?.id },
  ])
  expect(full.body.data.map((profile: { attributes: object }) => profile.attributes)).toEqual([
    { email: 'ada@shop.test' },
    { email: 'ben@shop.test' },
  ])
})

test('jobs are listed by status, newest first when asked', async () => {
  const { ask, clock } = await givenKlaviyo()
  const submit = async (email: string) => (await ask(IMPORT, importBody([{ email }]))).body.data.id
  const done = await submit('ada@shop.test')
  clock.now += 1_000
  const open = [await submit('ben@shop.test'), await submit('cara@shop.test')]

  const listed = async (filter: string) => {
    const query = `filter=${encodeURIComponent(filter)}&sort=-created_at&page[size]=100`
    const { body } = await ask(`GET /api/profile-bulk-import-jobs?${query}`)
    return body.data.map((job: { id: string }) => job.id)
  }

  expect(await listed('any(status,["queued","processing"])')).toEqual(open.toReversed())
  expect(await listed('equals(status,"complete")')).toEqual([done])
})

test('of two jobs in flight the later one is applied first, so the older data wins', async () => {
  const { ask, account, clock } = await givenKlaviyo({ jobMs: 300 })
  const importName = (first_name: string) => ask(IMPORT, importBody([{ email: 'ada@shop.test', first_name }]))

  await importName('old')
  clock.now += 200
  await importName('new')
  clock.now += 100

  expect(account.jobs().map((job) => job.status)).toEqual(['complete', 'complete'])
  expect(account.profileByEmail('ada@shop.test')?.attributes.first_name).toBe('old')
})

test('a job that begins after another is complete is applied after it', async () => {
  const { ask, account, clock } = await givenKlaviyo({ jobMs: 300 })
  const importName = (first_name: string) => ask(IMPORT, importBody([{ email: 'ada@shop.test', first_name }]))

  await importName('old')
  clock.now += 300
  await importName('new')
  clock.now += 300

  expect(account.profileByEmail('ada@shop.test')?.attributes.first_name).toBe('new')
})

test('with a seed the order of jobs in flight is the same each time, and differs between seeds', async () => {
  const orderWith = async (seed: number) => {
    const { ask, account, clock } = await givenKlaviyo({ jobMs: 300, jobOrder: seed })
    for (const name of ['a', 'b', 'c', 'd']) {
      const patch = { patch_properties: { append: { order: name } } }
      const data = [{ type: 'profile', attributes: { email: 'ada@shop.test' }, meta: patch }]
      await ask(IMPORT, { data: { type: 'profile-bulk-import-job', attributes: { profiles: { data } } } })
    }
    clock.now += 300
    return String(account.profileByEmail('ada@shop.test')?.attributes.properties.order)
  }

  const orders = [await orderWith(1), await orderWith(2), await orderWith(3), await orderWith(4)]

  expect(await orderWith(1)).toBe(orders[0])
  expect(new Set(orders).size).toBeGreaterThan(1)
})
