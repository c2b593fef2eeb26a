// First: it sets what the app's configuration reads.
import '#test/support/app-key.ts'
import { beforeEach, expect, test, vi } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { readCustomerNames } from '#app/shopify/read-customers.ts'
import { callEnded } from '#app/telemetry/facts.ts'
import { enterAppKey } from '#test/support/app-key.ts'
import { skip } from '#test/support/clock.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

beforeEach(() => enterAppKey(sandbox.shopify))

async function givenAda() {
  const installed = await givenInstalledShop(sandbox)
  const id = customerNumber.parse(installed.shop.customers.create({ email: 'ada@example.com', firstName: 'Ada' }).id)
  return { ...installed, read: () => readCustomerNames(installed.domain, [id]) }
}

/** The requests for tokens of a shop since a moment, by their operation. */
function tokenRequests(domain: string, since: number): readonly string[] {
  const entries = sandbox.shopify.log.all().slice(since)
  return entries.filter(({ door, host }) => door === 'token' && host === domain).flatMap(({ operations }) => operations)
}

test.each([
  [
    'whose refresh token has expired',
    async ({ domain }: { domain: string }) => {
      skip(91 * DAY_MS)
      return domain
    },
  ],
  [
    'without a session',
    async ({ domain }: { domain: string }) => {
      await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [domain])
      return domain
    },
  ],
] as const)('a shop %s is read with an application-only token, which is asked for once an hour', async (_, end) => {
  const ada = await givenAda()
  await end(ada)
  const counted: string[] = []
  callEnded.hear(({ service, operation, outcome }) => counted.push(`${service} ${operation}: ${outcome}`))
  const before = sandbox.shopify.log.all().length
  const answers = await Promise.all([ada.read(), ada.read(), ada.read()])
  for (const answer of answers) expect(answer).toMatchObject({ kind: 'answered', data: [{ name: 'Ada' }] })
  skip(54 * 60_000)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  const asked = () => tokenRequests(ada.domain, before).filter((operation) => operation === 'application token')
  expect(asked()).toHaveLength(1)
  skip(2 * 60_000)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  expect(asked()).toHaveLength(2)
  expect(counted.filter((call) => call.startsWith('shopify ApplicationToken:'))).toHaveLength(2)
})

test('while the stored token is good, or can be renewed, no other is asked for', async () => {
  const ada = await givenAda()
  const counted: string[] = []
  callEnded.hear(({ operation, outcome }) => counted.push(`${operation}: ${outcome}`))
  const before = sandbox.shopify.log.all().length
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  skip(2 * HOUR_MS)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  expect(tokenRequests(ada.domain, before)).toEqual(['token refresh'])
  expect(counted.filter((call) => call.includes('Token'))).toEqual(['OfflineToken: answered'])
})

test('a merchant who opens the app brings the stored token back into use', async () => {
  const ada = await givenAda()
  ada.shop.tokens.revokeAll()
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  await reopenApp(sandbox, ada)
  const before = sandbox.shopify.log.all().length
  skip(2 * HOUR_MS)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  expect(tokenRequests(ada.domain, before)).toEqual(['token refresh'])
})

test('an application-only token that Shopify refuses is replaced once', async () => {
  const ada = await givenAda()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [ada.domain])
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  ada.shop.tokens.revokeAll()
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  sandbox.shopify.faults.cause({ kind: 'token-revoked' })
  expect(await ada.read()).toEqual({ kind: 'unauthorized' })
})

test('a shop that has removed the app is given none, and reads as it does without a key', async () => {
  const ada = await givenAda()
  ada.shop.uninstall()
  expect(await ada.read()).toEqual({ kind: 'unauthorized' })
})

test('a key that Shopify does not know is told apart from a shop that refuses', async () => {
  const ada = await givenAda()
  enterAppKey(sandbox.shopify, 'other')
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [ada.domain])
  expect(await ada.read()).toEqual({ kind: 'app_refused' })
  enterAppKey(sandbox.shopify)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
})

test('a refusal for a while, an outage and a cut connection are each what they are', async () => {
  const ada = await givenAda()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [ada.domain])
  const { faults } = sandbox.shopify
  faults.cause({ kind: 'too-many-requests', retryAfterSeconds: 3, door: 'token', times: 1 })
  expect(await ada.read()).toEqual({ kind: 'throttled', retryAfterMs: 3_000 })
  faults.cause({ kind: 'status', status: 502, html: true, door: 'token', times: 1 })
  expect(await ada.read()).toEqual({ kind: 'unavailable' })
  faults.cause({ kind: 'reset', when: 'after', door: 'token', times: 1 })
  expect(await ada.read()).toEqual({ kind: 'unavailable' })
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
})

test('neither token nor assertion is stored or written to the log', async () => {
  const ada = await givenAda()
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [ada.domain])
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
  const lines = written.mock.calls.map(([line]) => String(line)).join('')
  written.mockRestore()
  expect(lines).not.toMatch(/shpat_|eyJ/)
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from "Session" where shop = $1', [ada.domain])).toEqual([])
})
