import { expect, test } from 'vitest'
import { type GivenKlaviyo, givenKlaviyo, importBody, profileBody } from './given-klaviyo.ts'

const UPSERT = 'POST /api/profile-import'
const IMPORT = 'POST /api/profile-bulk-import-jobs'
const ada = profileBody({ email: 'ada@shop.test' })

function statusesOf({ ask }: GivenKlaviyo, count: number, request = UPSERT): Promise<number[]> {
  return Array.from({ length: count }).reduce<Promise<number[]>>(
    async (before) => [...(await before), (await ask(request, ada)).status],
    Promise.resolve([]),
  )
}

test('a storm of 429 lasts as long as its Retry-After and strikes as often as asked', async () => {
  const given = await givenKlaviyo()
  given.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 7, times: 1 })

  const struck = await given.ask(UPSERT, ada)
  given.clock.now += 6_999
  const early = await given.ask(UPSERT, ada)
  given.clock.now += 1

  expect([struck.status, struck.headers.get('retry-after'), struck.headers.get('ratelimit-limit')]).toEqual([
    429,
    '7',
    null,
  ])
  expect([early.status, early.headers.get('retry-after')]).toEqual([429, '1'])
  expect((await given.ask(UPSERT, ada)).status).toBe(201)
  expect(given.klaviyo.log).toMatchObject({ overLimit: 0, earlyRetries: 1 })
  expect(given.klaviyo.faults.counts()).toEqual({ throttle: 1 })
})

test.each([500, 503] as const)('%i answers as JSON:API and applies nothing', async (status) => {
  const { ask, klaviyo, account } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'status', status, times: 1 })

  const answer = await ask(UPSERT, ada)

  expect([answer.status, answer.body.errors[0].status, account.size]).toEqual([status, status, 0])
  expect((await ask(UPSERT, ada)).status).toBe(201)
})

test.each([502, 504, 524] as const)('%i answers with the HTML of a gateway', async (status) => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'status', status })

  const answer = await ask(UPSERT, ada)

  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html'])
  expect(answer.text).toContain('<html>')
})

test('a reset before leaves nothing behind, a reset after leaves everything but the answer', async () => {
  const { ask, klaviyo, account } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'resetBefore', times: 1 })
  klaviyo.faults.add({ kind: 'resetAfter', times: 1 })

  await expect(ask(UPSERT, ada)).rejects.toThrow()
  expect(account.size).toBe(0)
  await expect(ask(UPSERT, ada)).rejects.toThrow()
  expect(account.size).toBe(1)
  expect(klaviyo.log.entries).toMatchObject([
    { status: null, fault: 'resetBefore' },
    { status: null, fault: 'resetAfter' },
  ])
})

test('a slow answer comes late, and is applied', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'slow', ms: 30, times: 1 })

  const before = performance.now()
  const answer = await ask(UPSERT, ada)

  expect(performance.now() - before).toBeGreaterThanOrEqual(29)
  expect(answer.status).toBe(201)
})

test('a hanging request is neither answered nor applied, and closing ends it', async () => {
  const { ask, klaviyo, account } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'hang', times: 1, operations: ['create_or_update_profile'] })

  const hanging = ask(UPSERT, ada).catch(() => 'cut')
  const other = await ask('GET /api/accounts')
  await klaviyo.close()

  expect(other.status).toBe(200)
  expect(await hanging).toBe('cut')
  expect(account.size).toBe(0)
})

test('a truncated answer is a success that cannot be read', async () => {
  const { ask, klaviyo, account } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'truncate', times: 1 })

  const answer = await ask(UPSERT, ada)

  expect([answer.status, answer.body, account.size]).toEqual([201, undefined, 1])
  expect(answer.text).toMatch(/^\{"data"/)
})

test('an empty answer is a 200 with nothing in it', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'empty', times: 1, operations: ['get_profiles'] })

  const answer = await ask('GET /api/profiles')

  expect([answer.status, answer.text]).toEqual([200, ''])
})

test('a stuck job stays in processing until it is released, and is applied then', async () => {
  const { ask, klaviyo, account, clock } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'stuckJob' })
  await ask(IMPORT, importBody([{ email: 'ada@shop.test' }]))
  await ask(IMPORT, importBody([{ email: 'ben@shop.test' }]))

  clock.now += 3_600_000
  expect(account.jobs().map((job) => job.status)).toEqual(['processing', 'complete'])
  klaviyo.faults.release('stuckJob')

  expect(account.jobs().map((job) => job.status)).toEqual(['complete', 'complete'])
  expect(account.size).toBe(2)
})

test('a cancelled job ends without having applied anything', async () => {
  const { ask, klaviyo, account, clock } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'cancelJob' })
  const { body } = await ask(IMPORT, importBody([{ email: 'ada@shop.test' }]))

  clock.now += 300
  const job = await ask(`GET /api/profile-bulk-import-jobs/${body.data.id}`)

  expect(job.body.data.attributes).toMatchObject({ status: 'cancelled', completed_count: 0, completed_at: null })
  expect(account.size).toBe(0)
})

test('given addresses of the next job come out as import errors, with or without what was sent', async () => {
  const { ask, klaviyo, clock } = await givenKlaviyo()
  klaviyo.faults.add({ kind: 'importErrors', emails: ['Ben@shop.test'] })
  klaviyo.faults.add({ kind: 'importErrors', emails: ['ben@shop.test'], withoutPayload: true })
  const people = importBody([{ email: 'ada@shop.test' }, { email: 'ben@shop.test', external_id: 'c-2' }])
  const errorsOfNextJob = async () => {
    const { body } = await ask(IMPORT, people)
    clock.now += 300
    const errors = await ask(`GET /api/profile-bulk-import-jobs/${body.data.id}/import-errors`)
    return errors.body.data.map(
      (error: { attributes: { original_payload: object } }) => error.attributes.original_payload,
    )
  }

  expect(await errorsOfNextJob()).toEqual([{ email: 'ben@shop.test', external_id: 'c-2' }])
  expect(await errorsOfNextJob()).toEqual([null])
  expect(await errorsOfNextJob()).toEqual([])
})

test('an account can be shut out for a while', async () => {
  const { ask, klaviyo } = await givenKlaviyo()
  const fault = klaviyo.faults.add({ kind: 'unauthorized', account: 'ABC123' })

  expect((await ask(UPSERT, ada)).status).toBe(401)
  klaviyo.faults.release(fault)
  expect((await ask(UPSERT, ada)).status).toBe(201)
})

test('a fault strikes only the operations and the account it names', async () => {
  const given = await givenKlaviyo()
  given.klaviyo.addAccount({ id: 'XYZ789', name: 'Other', keys: [{ key: 'pk_other', scopes: 'full' }] })
  given.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['get_lists'], account: 'XYZ789' })

  expect((await given.ask('GET /api/lists')).status).toBe(200)
  expect((await given.ask('GET /api/profiles', undefined, { key: 'pk_other' })).status).toBe(200)
  expect((await given.ask('GET /api/lists', undefined, { key: 'pk_other' })).status).toBe(503)
})

test('a fault strikes every nth request, or by a chance that is the same for the same seed', async () => {
  const given = await givenKlaviyo()
  const third = given.klaviyo.faults.add({ kind: 'status', status: 503, everyNth: 3 })
  expect(await statusesOf(given, 6)).toEqual([201, 200, 503, 200, 200, 503])
  given.klaviyo.faults.release(third)

  const struckWith = async (seed: number) => {
    const fault = given.klaviyo.faults.add({ kind: 'status', status: 503, rate: 0.5, seed })
    const statuses = await statusesOf(given, 20)
    given.klaviyo.faults.release(fault)
    return statuses
  }
  const first = await struckWith(7)

  expect(new Set(first)).toEqual(new Set([200, 503]))
  expect(await struckWith(7)).toEqual(first)
})

test('faults can be asked for and cleared over HTTP, and the state tells what they did', async () => {
  const { ask } = await givenKlaviyo()

  const added = await ask('POST /__sandbox/faults', [
    { kind: 'status', status: 500, operations: ['create_or_update_profile'], times: 1 },
    { kind: 'stuckJob' },
  ])
  const wrong = await ask('POST /__sandbox/faults', { kind: 'status', status: 404 })
  const struck = await ask(UPSERT, ada)
  await ask(UPSERT, ada)
  const state = await ask('GET /__sandbox/state')
  const cleared = await ask('DELETE /__sandbox/faults')

  expect([added.status, wrong.status, struck.status, cleared.status]).toEqual([201, 400, 500, 204])
  expect(wrong.body.error).toContain('status')
  expect(state.body).toMatchObject({
    accounts: [{ id: 'ABC123', profiles: 1, jobs: [], deletions: 0 }],
    requests: { create_or_update_profile: 2 },
    overLimit: 0,
    faults: {
      struck: { status: 1 },
      standing: [
        { kind: 'status', struck: 1 },
        { kind: 'stuckJob', struck: 0 },
      ],
    },
  })
  expect((await ask('GET /__sandbox/state')).body.faults.standing).toEqual([])
})

test('while reads lag behind, a profile that was just made is not found, and is there all the same', async () => {
  const given = await givenKlaviyo()
  given.klaviyo.faults.add({ kind: 'lag', ms: 5_000 })
  const { body } = await given.ask(UPSERT, ada)
  const found = 'GET /api/profiles?filter=any(email,["ada@shop.test"])'
  expect((await given.ask(found)).body.data).toEqual([])
  expect((await given.ask(`GET /api/profiles/${body.data.id}`)).status).toBe(404)
  expect((await given.ask(UPSERT, ada)).status).toBe(200)

  given.clock.now += 5_000
  expect((await given.ask(found)).body.data).toHaveLength(1)
  expect((await given.ask(`GET /api/profiles/${body.data.id}`)).status).toBe(200)
})
