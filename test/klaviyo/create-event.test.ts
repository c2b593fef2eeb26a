import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { createEvent, mayCreateEvents } from '#app/klaviyo/create-event.ts'

const access = { kind: 'key', key: 'pk_1' } as const

let status = 202
let body = ''
let asked = ''
const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  asked = `${request.method} ${request.url} ${Buffer.concat(parts).toString()}`
  response.writeHead(status).end(body)
})

beforeAll(async () => {
  server.listen(Number(config.klaviyoBaseUrl.port), '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const event = {
  uniqueId: 'u1',
  klaviyoId: '01ADA',
  metric: 'Loyalty points changed',
  at: new Date('2026-11-01T10:00:00Z'),
  properties: { old_value: 1, new_value: 2, change: 1 },
  backfill: true,
}

const say = (answer: number, text = '') => {
  status = answer
  body = text
}

const ERRORS = '{"errors":[{"code":"invalid","detail":"No."}]}'

test('an event names its profile by Klaviyo’s id and nothing else, and has no value in money', async () => {
  say(202)
  expect(await createEvent(access, event)).toEqual({ kind: 'taken' })
  expect(asked).toBe(
    'POST /api/events {"data":{"type":"event","attributes":{"properties":{"old_value":1,"new_value":2,"change":1},' +
      '"time":"2026-11-01T10:00:00.000Z","unique_id":"u1","backfill":true,' +
      '"metric":{"data":{"type":"metric","attributes":{"name":"Loyalty points changed"}}},' +
      '"profile":{"data":{"type":"profile","id":"01ADA","attributes":{}}}}}}',
  )
})

test.each([
  [404, 'unknown_profile'],
  [400, 'refused'],
  [413, 'refused'],
  [403, 'scope_missing'],
  [401, 'unauthorized'],
  [429, 'throttled'],
  [500, 'unavailable'],
])('%i is %s', async (answer, kind) => {
  say(answer, ERRORS)
  expect(await createEvent(access, event)).toMatchObject({ kind })
})

test.each([400, 401, 403, 404])(
  '%i in another form than Klaviyo’s does not count as an answer of Klaviyo’s',
  async (answer) => {
    for (const text of ['<html>', '']) {
      say(answer, text)
      expect(await createEvent(access, event)).toEqual({ kind: 'unavailable' })
      expect(await mayCreateEvents(access)).toEqual({ kind: 'unavailable' })
    }
  },
)

test('a refusal comes with Klaviyo’s words, without a customer’s data', async () => {
  say(400, '{"errors":[{"code":"invalid","detail":"No such thing as ada@example.com"}]}')
  expect(await createEvent(access, event)).toEqual({ kind: 'refused', words: 'No such thing as …' })
})

test.each([
  [400, 'may'],
  [403, 'scope_missing'],
  [401, 'unauthorized'],
  [429, 'throttled'],
  [503, 'unavailable'],
])('asked whether events may be recorded, %i is %s', async (answer, kind) => {
  say(answer, ERRORS)
  expect(await mayCreateEvents(access)).toMatchObject({ kind })
  expect(asked).toBe('POST /api/events {}')
})
