import { expect, test } from 'vitest'
import { SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

let accounts = 0

/** An account of its own in Klaviyo, with a key that has the listed scopes. */
function givenKey(scopes: readonly string[] | 'full'): { key: string; accountId: string } {
  const accountId = `KEY${++accounts}`
  const key = `pk_${accountId}_0123456789abcdef`
  sandbox.klaviyo.addAccount({ id: accountId, name: `Account ${accountId}`, keys: [{ key, scopes }] })
  return { key, accountId }
}

const heldOf = async ({ domain }: Pick<InstalledShop, 'domain'>) => ({
  connections: await rowsIn(sandbox.databaseUrl, 'select * from connection where shop = $1', [domain]),
  runs: await rowsIn(sandbox.databaseUrl, 'select kind, trigger, state from sync_run where shop = $1', [domain]),
})
const nothing = { connections: [], runs: [] }
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

test('a valid key connects the shop to its account and starts the first sync; whitespace around the key does not matter', async () => {
  const given = await givenInstalledShop(sandbox)
  expect(await connectKlaviyo(given.domain, `  ${given.key}\n`, clock())).toEqual({
    kind: 'connected',
    accountName: sandbox.klaviyo.account(given.accountId).facts.name,
  })
  const { connections, runs } = await heldOf(given)
  expect(connections).toMatchObject([{ account_id: given.accountId, refused_at: null }])
  expect(runs).toEqual([{ kind: 'full', trigger: 'connecting', state: 'queued' }])
})

test('a key with exactly the scopes that Settings names is enough for everything', async () => {
  const { key, accountId } = givenKey(SCOPES_NEEDED)
  const given = { ...(await givenInstalledShop(sandbox)), accountId }
  seedCustomers(given.shop, { count: 100, seed: 4, refused: true })
  expect(await connectKlaviyo(given.domain, key, clock())).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test.each([
  ['', 'key_empty'],
  ['   ', 'key_empty'],
  ['hello', 'key_malformed'],
  ['pk_', 'key_malformed'],
  ['pk_0123456789abcdef\r\nx-evil: 1', 'key_malformed'],
  ['sk_0123456789abcdef0123456789abcdef01', 'key_malformed'],
  [`pk_${'a'.repeat(201)}`, 'key_malformed'],
])('what is certainly no key (%j) is sent nowhere', async (key, kind) => {
  const { domain } = await givenInstalledShop(sandbox)
  const asked = sandbox.klaviyo.log.entries.length
  expect(await connectKlaviyo(domain, key, clock())).toEqual({ kind })
  expect(sandbox.klaviyo.log.entries).toHaveLength(asked)
  expect(await heldOf({ domain })).toEqual(nothing)
})

test('a key that belongs to no account is wrong, and nothing is stored', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  expect(await connectKlaviyo(domain, 'pk_nobodys_0123456789', clock())).toEqual({ kind: 'key_wrong' })
  expect(await heldOf({ domain })).toEqual(nothing)
})

test.each(SCOPES_NEEDED)(
  'for a key without %s the missing scope is named, nothing is written, and the key is not stored',
  async (scope) => {
    const { key, accountId } = givenKey(SCOPES_NEEDED.filter((other) => other !== scope))
    const { domain } = await givenInstalledShop(sandbox)
    const outcome = await connectKlaviyo(domain, key, clock())
    expect(outcome).toMatchObject({ kind: 'scopes_missing' })
    expect(outcome.kind === 'scopes_missing' && outcome.scopes).toContain(scope)
    expect(await heldOf({ domain })).toEqual(nothing)
    expect(sandbox.klaviyo.account(accountId).size).toBe(0)
    expect(sandbox.klaviyo.account(accountId).jobs()).toEqual([])
  },
)

test('an answer from Klaviyo without an account, or with half of one, connects nothing', async () => {
  for (const kind of ['truncate', 'empty'] as const) {
    const { domain, key } = await givenInstalledShop(sandbox)
    sandbox.klaviyo.faults.add({ kind, times: 1, operations: ['get_accounts'] })
    expect(await connectKlaviyo(domain, key, clock())).toEqual({ kind: 'klaviyo_unavailable' })
    expect(await heldOf({ domain })).toEqual(nothing)
  }
})

test('for a key that may only read, all missing scopes are named', async () => {
  const { key } = givenKey(['accounts:read', 'profiles:read'])
  const { domain } = await givenInstalledShop(sandbox)
  expect(await connectKlaviyo(domain, key, clock())).toEqual({
    kind: 'scopes_missing',
    scopes: ['lists:read', 'profiles:write', 'data-privacy:write'],
  })
})

test.each([
  [{ kind: 'status', status: 503 }, 'klaviyo_unavailable'],
  [{ kind: 'resetBefore' }, 'klaviyo_unavailable'],
  [{ kind: 'status', status: 502 }, 'klaviyo_unavailable'],
  [{ kind: 'throttle', retryAfterSeconds: 7 }, 'throttled'],
] as const satisfies readonly (readonly [FaultSpec, string])[])(
  'while Klaviyo does not answer ($kind) nothing is stored',
  async (fault, kind) => {
    for (const operation of ['get_accounts', 'get_profiles', 'create_or_update_profile'] as const) {
      const { domain, key } = await givenInstalledShop(sandbox)
      sandbox.klaviyo.faults.clear()
      sandbox.klaviyo.faults.add({ ...fault, times: 1, operations: [operation] })
      const now = clock()
      const outcome = await connectKlaviyo(domain, key, now)
      expect(outcome.kind, operation).toBe(kind)
      if (outcome.kind === 'throttled') expect(outcome.againAt).toEqual(new Date(now.getTime() + 7_000))
      expect(await heldOf({ domain })).toEqual(nothing)
    }
  },
)

test('no row contains a usable key', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(JSON.stringify(await rowsIn(sandbox.databaseUrl, 'select * from connection'))).toContain(given.accountId)
  expect(JSON.stringify(await rowsIn(sandbox.databaseUrl, 'select * from connection'))).not.toContain(given.key)
})

test('another account is filled from the start: what was sent to the first one is forgotten', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 120, seed: 9, refused: true }))
  const other = givenKey('full')
  const calls = callsSince(sandbox, given.accountId)

  expect(await connectKlaviyo(given.domain, other.key, clock())).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)

  await expectLaw(sandbox, { ...given, accountId: other.accountId })
  expect(calls()).toEqual([])
})

test('another account while the first one’s run and imports are open: the run ends, and no import is checked with the wrong key', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  for (let i = 0; i < 4; i++) {
    await syncOneTurn(given)
    skip(1_000)
  }
  expect(sandbox.klaviyo.account(given.accountId).jobs()).toHaveLength(1)
  const other = givenKey('full')

  await connectKlaviyo(given.domain, other.key, clock())
  const log = sandbox.klaviyo.log.entries.length
  await syncToRest(given.domain)

  await expectLaw(sandbox, { ...given, accountId: other.accountId })
  const { runs } = await heldOf(given)
  expect(runs.map((run) => run.state).sort()).toEqual(['cancelled', 'finished'])
  expect(sandbox.klaviyo.log.entries.slice(log).filter(({ status }) => status === 404)).toEqual([])
})

test('the same account again sends nothing that is in sync already', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 11 }))
  await connectKlaviyo(given.domain, given.key, clock())
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(calls()).toEqual([])
  await expectLaw(sandbox, given)
})

test('a disconnected shop sends nothing more and keeps no key; connected again, it catches up', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 12 }))
  const [some] = given.shop.customers.all()
  await tell(given.domain, given.shop.customers.update(some!.id, { firstName: 'New' }))

  await disconnectKlaviyo(given.domain, clock())
  const calls = callsSince(sandbox, given.accountId)
  expect(await syncOneTurn(given)).toBeNull()
  expect(calls()).toEqual([])
  expect((await heldOf(given)).connections).toEqual([])

  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a disconnection in the middle of a run stops the next call, and ends the run', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  await syncOneTurn(given)
  await disconnectKlaviyo(given.domain, clock())
  const calls = callsSince(sandbox, given.accountId)
  skip(60_000)
  expect(await syncOneTurn(given)).toBeNull()
  expect(calls()).toEqual([])
  expect((await heldOf(given)).runs).toMatchObject([{ state: 'cancelled' }])
})
