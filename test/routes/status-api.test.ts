import type { LoaderFunctionArgs } from '@remix-run/node'
import Ajv from 'ajv/dist/2020.js'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { config } from '#app/config.server.ts'
import { MOST_TOKENS } from '#app/core/access/status-token.ts'
import { statusReport } from '#app/core/report/status-report.ts'
import { action, loader } from '#app/routes/api.status.tsx'
import { loadStatusTokens, makeStatusToken, revokeStatusToken } from '#app/sync/access/status-tokens.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { versionOf } from '#test/support/settings.ts'
import { tell } from '#test/support/tell.ts'
import { saveChosenAudience } from '../sync/audience/given-audience-shop.ts'
import { givenStatusToken } from './given-api.ts'
import { givenTrade, OWN_ERROR, OWN_WORD, type Trade, wordsOf } from './given-trade.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const MINUTE_MS = 60_000

const schema = z.toJSONSchema(statusReport)
const isValid = new Ajv({ strict: true, formats: { 'date-time': true, uuid: true } }).compile(schema)

let trade: Trade
beforeAll(async () => {
  trade = await givenTrade(sandbox)
})

/** What the address answers to a program that shows this. */
async function ask(authorization: string | null, path = '/api/status') {
  const headers: Record<string, string> = authorization === null ? {} : { authorization }
  const request = new Request(new URL(path, config.shopify.appUrl), { headers })
  const answer = await loader({ request, params: {}, context: {} } as LoaderFunctionArgs)
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) }
}

const askWith = (token: string) => ask(`Bearer ${token}`)

function sumOf(counts: readonly { customers: number; kind: string }[], kind: string): number {
  return counts.filter((count) => count.kind === kind).reduce((sum, { customers }) => sum + customers, 0)
}

test('the published schema is that of the answer', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../docs/status-api.schema.json')
})

test('the answer fits the schema, its sums hold, and nothing of a customer is in it', async () => {
  const { status, body, text, headers } = await askWith(await givenStatusToken(trade.domain))
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(isValid(body), JSON.stringify(isValid.errors)).toBe(true)
  const { customers, reasons } = body
  expect(customers.synced + customers.pending + customers.excluded + customers.issues).toBe(customers.total)
  expect(customers).toEqual({ total: 5, synced: 2, pending: 0, excluded: 2, issues: 1 })
  expect({ excluded: sumOf(reasons, 'excluded'), issue: sumOf(reasons, 'issue') }).toEqual({ excluded: 2, issue: 1 })
  expect(body).toMatchObject({ shop: trade.domain, state: 'in_sync', lagSeconds: 0, standStill: null })
  const own = (await wordsOf(trade)).filter((word) => word !== trade.domain && !text.includes(`"id":"${word}"`))
  expect([OWN_WORD, OWN_ERROR, '771002', ...own].filter((word) => text.includes(word))).toEqual([])
})

test('a change that waits makes the sums and the lag move, and they still hold', async () => {
  const { domain, shop } = await givenConnectedShop(sandbox, (shop) => {
    for (const name of ['ada', 'ben', 'cy']) shop.customers.create({ email: `${name}@example.com` })
  })
  const token = await givenStatusToken(domain)
  const [ada] = [...shop.customers.all()]
  await tell(domain, shop.customers.update(ada!.id, { firstName: 'Ada' }))
  skip(5_000)
  const { body } = await askWith(token)
  expect(body).toMatchObject({
    state: 'sending_changes',
    customers: { total: 3, synced: 2, pending: 1, excluded: 0, issues: 0 },
  })
  expect(body.lagSeconds).toBeGreaterThanOrEqual(4)
  expect(Date.parse(body.oldestChangeSince)).toBeLessThan(Date.now())
})

test('it says that nothing is sent, since when, and why', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  const { domain, shop, key } = given
  const token = await givenStatusToken(domain)
  sandbox.klaviyo.revokeKey(key)
  const [ada] = [...shop.customers.all()]
  await tell(domain, shop.customers.update(ada!.id, { firstName: 'Ada' }))
  await syncToRest(domain)
  const refused = (await askWith(token)).body
  expect(isValid(refused), JSON.stringify(isValid.errors)).toBe(true)
  expect(refused).toMatchObject({
    state: 'klaviyo_refuses_key',
    lagSeconds: null,
    customers: { total: 1, synced: 0, pending: 1, excluded: 0, issues: 0 },
    standStill: { cause: 'klaviyo_refused', since: expect.any(String), until: null },
  })
  await turnOff(domain, { version: await versionOf(given), now: clock() })
  await syncToRest(domain)
  expect((await askWith(token)).body).toMatchObject({ lagSeconds: null })
  await disconnectKlaviyo(domain, clock())
  expect((await askWith(token)).body).toMatchObject({ state: 'not_connected', lagSeconds: null, standStill: null })
})

test('a sync that is turned off is off, and stands still for nobody', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  await turnOff(given.domain, { version: await versionOf(given), now: clock() })
  await syncToRest(given.domain)
  const { body } = await askWith(await givenStatusToken(given.domain))
  expect(body).toMatchObject({ state: 'off', lagSeconds: null, standStill: null, customers: { total: 1, synced: 1 } })
})

test('without a valid token every answer is the same, whatever is wrong with it', async () => {
  const other = await givenInstalledShop(sandbox)
  const revoked = await givenStatusToken(trade.domain)
  const [newest] = await loadStatusTokens(trade.domain)
  await revokeStatusToken(trade.domain, newest!.id)
  const gone = await givenStatusToken(other.domain)
  const [handle] = trade.domain.split('.')
  const own = await givenStatusToken(trade.domain)
  const [otherHandle] = other.domain.split('.')
  const refused = [
    null,
    '',
    'Bearer',
    'Bearer ',
    own,
    `Basic ${own}`,
    `Bearer ${revoked}`,
    // A token of one shop that names another.
    `Bearer ${gone.replace(otherHandle!, handle!)}`,
    `Bearer ${own.replace(handle!, otherHandle!)}`,
    `Bearer lockstep_${handle}_${'A'.repeat(43)}`,
    `Bearer lockstep_nobody_${'A'.repeat(43)}`,
    `Bearer ${own.toUpperCase()}`,
    `Bearer ${own}A`,
    `Bearer ${own.slice(0, -1)}`,
    `Bearer ${own} ${own}`,
    `Bearer ${'x'.repeat(8_000)}`,
    "Bearer lockstep_x'; drop table status_token; --_",
  ]
  const answers = new Set<string>()
  for (const shown of refused) {
    const { status, text, headers } = await ask(shown)
    answers.add(JSON.stringify({ status, text, asks: headers.get('www-authenticate') }))
  }
  expect([...answers]).toHaveLength(1)
  expect([...answers][0]).toContain('"status":401')
  expect((await askWith(own)).status).toBe(200)
})

test('a shop without the app answers nobody, and its tokens are gone when it comes back', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const token = await givenStatusToken(domain)
  expect((await askWith(token)).status).toBe(200)
  shop.uninstall()
  await shopUninstalled(domain, null, clock())
  expect((await askWith(token)).status).toBe(401)
  expect(await makeStatusToken(domain, 'Late', clock())).toEqual({ kind: 'too_many' })
  expect(await loadStatusTokens(domain)).toEqual([])
})

test('a token in the address is refused unread, with what to do', async () => {
  const token = await givenStatusToken(trade.domain)
  for (const path of [`/api/status?token=${token}`, `/api/status?access_token=x`, `/api/status?a=${token}`]) {
    const { status, text } = await ask(`Bearer ${token}`, path)
    expect(status).toBe(400)
    expect(text).toMatch(/never in the address/)
    expect(text).not.toContain(token)
  }
})

test('sixty calls are answered at once, then one a second, and the next are told when to come back', async () => {
  const token = await givenStatusToken(trade.domain)
  const other = await givenStatusToken(trade.domain)
  const from = Date.now()
  const answers = await Promise.all(Array.from({ length: 100 }, () => askWith(token)))
  const seconds = (Date.now() - from) / 1_000
  const answered = answers.filter(({ status }) => status === 200)
  const limited = answers.filter(({ status }) => status === 429)
  expect(answered.length + limited.length).toBe(100)
  expect(answered.length).toBeGreaterThanOrEqual(60)
  expect(answered.length).toBeLessThanOrEqual(60 + seconds + 1)
  expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect((await askWith(other)).status).toBe(200)
  skip(MINUTE_MS)
  expect((await askWith(token)).status).toBe(200)
})

test('ten thousand calls with one token are answered within its allowance', { timeout: 180_000 }, async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const token = await givenStatusToken(domain)
  const from = Date.now()
  const statuses = new Map<number, number>()
  for (let asked = 0; asked < 10_000; asked += 100) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => askWith(token)))
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const seconds = (Date.now() - from) / 1_000
  expect([...statuses.keys()].sort()).toEqual([200, 429])
  expect(statuses.get(200)).toBeLessThanOrEqual(60 + seconds + 1)
})

test('a shop has at most twenty tokens, also when several members of staff make one at once', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const made = await Promise.all(
    Array.from({ length: MOST_TOKENS + 5 }, (_, i) => makeStatusToken(domain, `${i}`, clock())),
  )
  expect(made.filter(({ kind }) => kind === 'made')).toHaveLength(MOST_TOKENS)
  const tokens = await loadStatusTokens(domain)
  expect(tokens).toHaveLength(MOST_TOKENS)
  await revokeStatusToken(domain, tokens[0]!.id)
  expect(await makeStatusToken(domain, 'next', clock())).toMatchObject({ kind: 'made' })
})

test('no token is stored, and another shop’s cannot be revoked', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const token = await givenStatusToken(domain)
  const rows = await rowsIn(
    sandbox.databaseUrl,
    'select to_jsonb(t)::text as row from status_token t where shop = $1',
    [domain],
  )
  expect(rows[0].row).not.toContain(token)
  expect(rows[0].row).not.toContain(token.slice(-43))
  const [made] = await loadStatusTokens(domain)
  await revokeStatusToken(trade.domain, made!.id)
  expect((await askWith(token)).status).toBe(200)
  expect((await loadStatusTokens(domain))[0]?.lastUsedAt).not.toBeNull()
})

test('it only answers questions', async () => {
  const answer = action()
  expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'GET' })
})

test('rules that leave customers out are named', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@example.com', tags: ['staff'] })
    shop.customers.create({ email: 'ben@example.com' })
  })
  await saveChosenAudience(given, { tags: { anyOf: [], noneOf: ['staff'] } })
  await syncToRest(given.domain)
  const { body } = await askWith(await givenStatusToken(given.domain))
  expect(body.reasons).toEqual([{ code: 'rule_tags', kind: 'excluded', customers: 1 }])
  expect(body.lastRun).toMatchObject({ kind: 'reconcile', trigger: 'settings_changed', state: 'finished' })
})
