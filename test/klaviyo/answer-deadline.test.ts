import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { beginCall } from '#app/klaviyo/answer-deadline.ts'
import { askKlaviyo } from '#app/klaviyo/ask-klaviyo.ts'

let now = 0
let keys = 0
const newKey = () => `pk_${++keys}`
const begin = (key: string, path = '/api/profile-import') => beginCall(key, 'POST', path, () => ++now)

test('after a time-out a call may take less, after each further one twice as long, and after an answer as long as ever', () => {
  const key = newKey()
  const deadlines = Array.from({ length: 5 }, () => {
    const call = begin(key)
    call.timedOut()
    return call.deadlineMs
  })
  expect(deadlines).toEqual([30_000, 10_000, 20_000, 30_000, 30_000])
  begin(key).answered()
  expect(begin(key).deadlineMs).toBe(30_000)
})

test('calls that time out side by side count once', () => {
  const key = newKey()
  const calls = Array.from({ length: 12 }, () => begin(key))
  for (const call of calls) call.timedOut()
  expect(begin(key).deadlineMs).toBe(10_000)
})

test('another endpoint and another account are not hurried, whatever profile or job is asked for', () => {
  const key = newKey()
  begin(key, '/api/profile-bulk-import-jobs/one').timedOut()
  expect(begin(key, '/api/profile-bulk-import-jobs/two?x=1').deadlineMs).toBe(10_000)
  expect(begin(key, '/api/profile-import').deadlineMs).toBe(30_000)
  expect(begin(newKey(), '/api/profile-bulk-import-jobs/one').deadlineMs).toBe(30_000)
})

test('an account that hangs once and then takes 12 s for each call is served again', {
  timeout: 120_000,
}, async () => {
  let calls = 0
  const server = createServer((_request, response) => {
    if (++calls > 1) setTimeout(() => response.end('{"data":[]}'), 12_000)
  })
  server.listen(Number(config.klaviyoBaseUrl.port), '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const key = newKey()
  const ask = async () => (await askKlaviyo({ kind: 'key', key }, { method: 'GET', path: '/api/accounts' })).kind
  const startedAt = performance.now()
  expect([await ask(), await ask()]).toEqual(['unavailable', 'unavailable'])
  expect(performance.now() - startedAt, 'the second try is given up sooner').toBeLessThan(50_000)
  expect([await ask(), await ask()]).toEqual(['answered', 'answered'])
})
