import { spawnSync } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { maskText } from '#app/telemetry/mask-text.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const HEX = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0'

/** What must never be in a line, each in a sentence such as a library might write. */
const SECRETS: Readonly<Record<string, readonly [sentence: string, secret: string]>> = {
  'an e-mail address': ['Profile ada.lovelace+vip@mail.example.com exists', 'lovelace'],
  'an e-mail address in a query': ['GET /api/profiles?filter=equals(email,"ada@example.com") failed', 'ada@'],
  'an encoded e-mail address': ['filter ada.lovelace%40example.com', 'lovelace'],
  'an international number': ['The number +1 202 555 0143 is taken', '0143'],
  'a number in groups': ['call (202) 555-0143 please', '0143'],
  'a plain number': ['phone 12025550143 is taken', '12025550143'],
  'a Klaviyo key': ['the key pk_0a1b2c3d4e5f was refused', '0a1b2c3d4e5f'],
  'a Shopify token': ['X-Shopify-Access-Token: shpat_5f4e3d2c1b0a', '5f4e3d2c1b0a'],
  'a refresh token': ['refresh with shprt_5f4e3d2c1b0a', '5f4e3d2c1b0a'],
  'an authorisation header': ['Authorization: Bearer kl_AbCdEf0123', 'AbCdEf0123'],
  'a key header': ['Klaviyo-API-Key AbCdEf0123', 'AbCdEf0123'],
  'a session token in an address': ['GET https://app.example.com/app?shop=a&id_token=eyJhbGciOi.eyJpc3M.c2ln', 'eyJ'],
  'a session token in a path': ['Failed to fetch /app/settings?embedded=1&id_token=abc.def.ghi', 'abc.def'],
  'a JSON web token': ['bad token eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl', 'eyJ'],
  'a password in an address': ['connect postgresql://lockstep:hunter22@db.example.com:5432/lockstep', 'hunter22'],
  'a mail login': ['smtps://mailer:hunter22@smtp.example.com', 'hunter22'],
  'a webhook receiver': ['POST https://hooks.slack.com/services/T000/B000/s3cretpath', 's3cretpath'],
  'an encryption key': [`cannot open with ${HEX}`, HEX],
  'a signature': ['hmac=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE9', 'Zm9vYmFy'],
  'a client secret': ['{"client_secret":"s3cr3tvalue"}', 's3cr3tvalue'],
}
const SENTENCES = Object.values(SECRETS).map(([sentence]) => sentence)

function linesOf(
  words: string,
  end: string,
): { text: string; lines: Record<string, unknown>[]; status: number | null } {
  const run = spawnSync(process.execPath, ['test/telemetry/log-ways.ts', words, end], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  const lines = run.stdout.trimEnd().split('\n')
  return { text: run.stdout + run.stderr, lines: lines.map((line) => JSON.parse(line)), status: run.status }
}

test.each(Object.entries(SECRETS))('%s is masked in a log line', (_, [sentence, secret]) => {
  expect(maskText(sentence)).not.toContain(secret)
})

test.each([
  'GraphQL Admin API answered 502',
  'at syncShop (app/sync/turn/sync-shop.ts:104:11)',
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  '6f1c2a58-0b1e-4b6e-9a35-1f2f6f6f6f6f',
  'some-shop.myshopify.com',
  '7238461928374',
  '2026-11-27T21:30:00.000Z',
  'customers_email_marketing_consent/update',
  'node_modules/@remix-run/server-runtime/dist/index.js:12:5',
])('%s is written as it is', (text) => {
  expect(maskText(text)).toBe(text)
})

describe.each(['uncaughtException', 'unhandledRejection'])('a process that ends by an %s', (end) => {
  test('writes only whole lines of JSON, also its last, and no secret in any', { timeout: 60_000 }, () => {
    const { text, lines, status } = linesOf(SENTENCES.join(' ; '), end)
    expect(status).toBe(1)
    for (const [sentence, secret] of Object.values(SECRETS)) expect(text.includes(secret), sentence).toBe(false)
    for (const line of lines)
      expect(line).toMatchObject({
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        level: expect.stringMatching(/^(info|warn|error|fatal)$/),
        event: expect.stringMatching(/^\w+$/),
        pid: expect.any(Number),
        role: 'worker',
      })
    const events = lines.map(({ event }) => event)
    expect(events).toEqual([
      'way_of_log',
      'way_of_request',
      'way_of_sparse_line',
      'library_said',
      'library_warned',
      'library_failed',
      'library_failed',
      'shopify_library',
      'node_warning',
      'process_failed',
    ])
    expect(lines[1]).toMatchObject({ requestId: 'request-id-0001' })
    expect(lines[0]).not.toHaveProperty('requestId')
    expect(lines[0]).toMatchObject({ token: '[hidden]' })
    expect(lines.at(-1)).toMatchObject({ level: 'fatal', origin: end })
  })
})

test('an error of a page is a line without what it quotes, and without the address, which carries the session token', async () => {
  const lines: string[] = []
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  const { handleError } = await import('#app/entry.server.tsx')
  const request = new Request(`https://app.example/app?id_token=${encodeURIComponent('eyJhbGciOi.eyJpc3M.c2ln')}`)
  handleError(new Error(SENTENCES.join(' ; ')), { request } as never)
  written.mockRestore()
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ event: 'page_failed', level: 'error' })
  for (const [sentence, secret] of Object.values(SECRETS)) expect(lines[0]!.includes(secret), sentence).toBe(false)
})

test('a line costs little more than writing it', () => {
  const script = `
    import { log } from '#app/telemetry/log.ts'
    const facts = { shop: 'some-shop.myshopify.com', source: 'marks', read: 500, pushed: 480, unchanged: 20, excluded: 0, issues: 0, deferred: 0, tookMs: 812 }
    for (let i = 0; i < 2_000; i++) log('batch_settled', facts)
    const began = process.cpuUsage()
    for (let i = 0; i < 10_000; i++) log('batch_settled', facts)
    const { user, system } = process.cpuUsage(began)
    process.stderr.write(String((user + system) / 10_000))`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(12_000)
  const microseconds = Number(run.stderr)
  console.log(`a line takes ${microseconds.toFixed(1)} µs of processor time`)
  expect(microseconds).toBeLessThan(200)
})
