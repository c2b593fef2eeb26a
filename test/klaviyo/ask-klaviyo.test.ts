import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { config } from '#app/config.server.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import { OWNER_PROPERTY } from '#app/core/profile/profile.ts'
import { askKlaviyo } from '#app/klaviyo/ask-klaviyo.ts'
import { findImport, listImportErrors, mayBeRunning, submitImport } from '#app/klaviyo/import-jobs.ts'
import { upsertProfile } from '#app/klaviyo/upsert-profile.ts'

/** Stands in for Klaviyo: it answers as a test says. */
let answer: (request: IncomingMessage, response: ServerResponse) => void
let asked: { url: string; headers: IncomingMessage['headers']; body: string }[]
const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  asked.push({ url: request.url!, headers: request.headers, body: Buffer.concat(parts).toString() })
  answer(request, response)
})

beforeAll(async () => {
  server.listen(Number(config.klaviyoBaseUrl.port), '127.0.0.1')
  await once(server, 'listening')
})
beforeEach(() => {
  asked = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const KEY = 'pk_0123456789abcdef'
const access: KlaviyoAccess = { kind: 'key', key: KEY }
const say = (status: number, body: string, headers: Record<string, string> = {}) => {
  answer = (_request, response) => response.writeHead(status, headers).end(body)
}
const ask = () => askKlaviyo(access, { method: 'GET', path: '/api/accounts' })
const push = { canonical: '{"email":"ada@example.com","properties":{}}', klaviyoId: null, fieldsToClear: null }

test('a request bears the key, the revision and nothing that Klaviyo did not ask for', async () => {
  say(200, '{"data":[]}')
  await askKlaviyo(access, { method: 'POST', path: '/api/profile-import', body: '{"data":1}' })
  expect(asked).toMatchObject([{ url: '/api/profile-import', body: '{"data":1}' }])
  expect(asked[0]!.headers).toMatchObject({
    authorization: `Klaviyo-API-Key ${KEY}`,
    revision: '2026-07-15',
    'content-type': 'application/vnd.api+json',
  })
})

test.each([
  ['7', 7_000],
  ['0.5', 500],
  [null, 10_000],
  ['', 10_000],
  ['0', 10_000],
  ['-3', 10_000],
  ['Fri, 20 Nov 2026 10:00:00 GMT', 10_000],
  ['86400', 600_000],
])('a 429 with Retry-After %j makes the account wait %i ms', async (retryAfter, retryAfterMs) => {
  say(429, 'no JSON at all', retryAfter === null ? {} : { 'retry-after': retryAfter })
  expect(await ask()).toEqual({ kind: 'throttled', retryAfterMs })
})

test.each([
  [408, 'unavailable'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [524, 'unavailable'],
  [413, 'refused'],
])('%i is %s, whatever the body says', async (status, kind) => {
  for (const body of ['<html>', '', ERRORS]) {
    say(status, body)
    expect(await ask(), body).toMatchObject({ kind })
  }
})

const ERRORS = '{"errors":[{"code":"permission_denied","title":"No.","detail":"No."}]}'

test.each([
  [401, { kind: 'unauthorized' }],
  [403, { kind: 'unauthorized', forbidden: true }],
  [400, { kind: 'refused' }],
  [404, { kind: 'refused' }],
  [409, { kind: 'refused' }],
  [405, { kind: 'outdated' }],
  [406, { kind: 'outdated' }],
  [410, { kind: 'outdated' }],
  [415, { kind: 'outdated' }],
])('%i is Klaviyo’s word only in Klaviyo’s form', async (status, answered) => {
  say(status, ERRORS)
  expect(await ask()).toMatchObject(answered)
  const others = ['', '{}', 'null', '{"errors":[]}', '{"errors":[{"code":1020}]}', '{"message":"Forbidden"}']
  for (const body of ['<html><title>Just a moment...</title></html>', ...others]) {
    say(status, body, { 'content-type': 'text/html', 'cf-mitigated': 'challenge' })
    expect(await ask(), body).toEqual({ kind: 'unavailable' })
  }
})

test.each([
  ['authentication_failed', 'Incorrect authentication credentials.', '/data/', 'unauthorized'],
  ['invalid', 'A valid revision header is required.', '/data/', 'outdated'],
  ['invalid', 'The revision 2024-01-01 has been retired.', '', 'outdated'],
  ['invalid', 'revision is not a valid property', '/data/attributes/properties', 'refused'],
  ['invalid', 'Invalid input.', '/data', 'refused'],
])('a 400 that says %s, "%s" at %s is %s', async (code, detail, pointer, kind) => {
  say(400, JSON.stringify({ errors: [{ code, title: 'No.', detail, source: { pointer } }] }))
  expect(await ask()).toMatchObject({ kind })
})

test('200 with a page in place of JSON says nothing about what was done', async () => {
  say(200, '<html>Please log in to the hotel’s network</html>')
  expect(await ask()).toEqual({ kind: 'unavailable' })
})

test('an answer without a body is one, where none is expected', async () => {
  say(202, '')
  expect(await ask()).toEqual({ kind: 'answered', body: null })
})

test('an answer in another shape than Klaviyo’s is no acceptance', async () => {
  for (const body of ['{}', '{"data":null}', '{"data":{"id":7}}', '{"data":{"id":""}}', '[]', '']) {
    say(200, body)
    expect(await upsertProfile(access, push), body).toEqual({ kind: 'unavailable' })
    expect(await submitImport(access, [push]), body).toEqual({ kind: 'unavailable' })
    expect(await findImport(access, 'a'), body).toEqual({ kind: 'unavailable' })
  }
  say(200, '{"data":{"id":"a","attributes":{"status":"exploded"}}}')
  expect(await findImport(access, 'a')).toEqual({ kind: 'unavailable' })
})

test('a status that is not known ends nothing: the import is asked after again', async () => {
  say(200, '{"data":[{"attributes":{}}]}')
  const unanswered = { since: new Date(), until: new Date(), profiles: 60 }
  expect(await mayBeRunning(access, unanswered)).toEqual({ kind: 'found', underWay: true, next: null })
})

test('the key goes to Klaviyo’s host and to no other: no redirection is followed', async () => {
  const strange: string[] = []
  const stranger = createServer((request, response) => {
    strange.push(request.headers.authorization ?? 'nothing')
    response.end('{"data":{"id":"a"}}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => stranger.close() && stranger.closeAllConnections())
  await once(stranger, 'listening')
  say(307, '', { location: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/` })

  expect(await upsertProfile(access, push)).toEqual({ kind: 'unavailable' })
  expect(strange).toEqual([])
})

test('of the link to the next page only the path is followed', async () => {
  say(200, '{"data":[],"links":{"next":"https://evil.example/api/next?page=2"}}')
  const page = await listImportErrors(access, { klaviyoJob: 'a/../b' }, [OWNER_PROPERTY])
  expect(asked[0]!.url).toBe('/api/profile-bulk-import-jobs/a%2F..%2Fb/import-errors?page[size]=100')
  expect(page).toMatchObject({ kind: 'page', next: '/api/next?page=2' })
  await listImportErrors(access, { next: '/api/next?page=2' }, [OWNER_PROPERTY])
  expect(asked[1]!.url).toBe('/api/next?page=2')
})

test('a key that is not allowed in a header gets no answer, and is in no error', async () => {
  say(200, '{}')
  expect(await askKlaviyo({ kind: 'key', key: 'pk_with\nnewline' }, { method: 'GET', path: '/api/accounts' })).toEqual({
    kind: 'unavailable',
  })
  expect(asked).toEqual([])
})

test('a deleted profile is distinguished from a refused one', async () => {
  say(404, '{"errors":[{"code":"not_found","title":"Not found.","detail":"A profile with id 01A does not exist."}]}')
  expect(await upsertProfile(access, { ...push, klaviyoId: '01A' })).toEqual({ kind: 'unknown_id' })
  expect(asked.map(({ body }) => JSON.parse(body).data.id)).toEqual(['01A'])
})

test('what is cleared travels beside what is set, and what is set wins', async () => {
  say(200, '{"data":{"id":"01A"}}')
  const canonical = '{"email":"ada@example.com","location":{"city":"Berlin"},"properties":{"a":1}}'
  const fieldsToClear = { attributes: ['last_name', 'email'], location: ['zip', 'city'], properties: ['tier'] }
  await upsertProfile(access, { canonical, klaviyoId: null, fieldsToClear })
  expect(JSON.parse(asked[0]!.body).data).toEqual({
    type: 'profile',
    attributes: {
      email: 'ada@example.com',
      last_name: null,
      location: { city: 'Berlin', zip: null },
      properties: { a: 1 },
    },
    meta: { patch_properties: { unset: ['tier'] } },
  })
})

test('a Klaviyo that takes the call and never answers, or never ends its answer, is given up on in half a minute', {
  timeout: 60_000,
}, async () => {
  let calls = 0
  answer = (_request, response) => {
    if (++calls === 1) return
    response.writeHead(200, { 'content-length': 1_000 })
    response.write('{"data":')
  }
  const startedAt = performance.now()
  expect(await Promise.all([ask(), ask()])).toEqual([{ kind: 'unavailable' }, { kind: 'unavailable' }])
  expect(performance.now() - startedAt).toBeLessThan(35_000)
  expect(calls).toBe(2)
})
