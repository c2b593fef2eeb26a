import { expect, test } from 'vitest'
import { givenKlaviyo } from './given-klaviyo.ts'

interface Points {
  readonly unique_id?: string
  readonly backfill?: boolean
  readonly email?: string
  readonly phone_number?: string
}

function metric(name: string): object {
  return { data: { type: 'metric', attributes: { name } } }
}

function eventBody({ email = 'ada@shop.test', phone_number, ...more }: Points): object {
  const attributes = { email, ...(phone_number === undefined ? {} : { phone_number }) }
  return {
    data: {
      type: 'event',
      attributes: {
        properties: { points: 5 },
        metric: metric('Earned Points'),
        profile: { data: { type: 'profile', attributes } },
        ...more,
      },
    },
  }
}

test('an event is taken with 202, makes its profile and its metric, and remembers that it is a backfill', async () => {
  const { ask, account } = await givenKlaviyo()

  const answer = await ask('POST /api/events', eventBody({ unique_id: 'p-1', backfill: true }))
  const metrics = await ask('GET /api/metrics')

  expect([answer.status, answer.text]).toEqual([202, ''])
  expect(account.parts.events.all()).toMatchObject([
    {
      uniqueId: 'p-1',
      backfill: true,
      profileId: account.profileByEmail('ada@shop.test')?.id,
      properties: { points: 5 },
    },
  ])
  expect(metrics.body.data[0].attributes).toMatchObject({ name: 'Earned Points', integration: { name: 'API' } })
})

test('a unique id that comes again is taken and dropped; without one there is one event a second', async () => {
  const { ask, clock } = await givenKlaviyo()
  const countAfter = async (points: Points) => {
    expect((await ask('POST /api/events', eventBody(points))).status).toBe(202)
    return (await ask('GET /api/events')).body.data.length
  }

  expect(await countAfter({ unique_id: 'p-1' })).toBe(1)
  expect(await countAfter({ unique_id: 'p-1' })).toBe(1)
  expect(await countAfter({})).toBe(2)
  expect(await countAfter({})).toBe(2)
  clock.now += 1_000
  expect(await countAfter({})).toBe(3)
})

test('in bulk a unique id that comes again fails the whole request', async () => {
  const { ask, account } = await givenKlaviyo()
  const bulk = (...uniqueIds: string[]) => {
    const events = uniqueIds.map((unique_id) => ({
      type: 'event',
      attributes: { unique_id, properties: {}, metric: metric('Earned Points') },
    }))
    const profile = { data: { type: 'profile', attributes: { email: 'ada@shop.test' } } }
    const group = { type: 'event-bulk-create', attributes: { backfill: true, profile, events: { data: events } } }
    return ask('POST /api/event-bulk-create-jobs', {
      data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: [group] } } },
    })
  }

  expect((await bulk('a', 'b')).status).toBe(202)
  expect((await bulk('c', 'a')).status).toBe(400)
  expect((await bulk('d', 'd')).status).toBe(400)
  expect(account.parts.events.all().map(({ uniqueId, backfill }) => [uniqueId, backfill])).toEqual([
    ['a', true],
    ['b', true],
  ])
})

test('a bad phone number beside a good email is ignored and said so', async () => {
  const { ask, account } = await givenKlaviyo()

  const answer = await ask('POST /api/events', eventBody({ phone_number: '12' }))

  expect([answer.status, answer.headers.get('x-klaviyo-partial-failure')]).toEqual([202, 'phone_number'])
  expect(account.profileByEmail('ada@shop.test')?.attributes.phone_number).toBeNull()
})
