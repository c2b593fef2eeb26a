import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { retryList, syncNow } from '#app/sync/intake/sync-now.ts'
import { exportPart } from '#app/sync/report/export-customers.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { versionOf } from '#test/support/settings.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const rows = (query: string, given: InstalledShop) => rowsIn(sandbox.databaseUrl, query, [given.domain])
const list = (given: InstalledShop, reason: 'invalid_email' | 'no_email') =>
  listUnsyncedCustomers(given.domain, { reason, limit: 100 }, clock())
const turn = (given: InstalledShop, signal = AbortSignal.timeout(20_000)) =>
  syncShop(given.domain, { clock, signal, sliceMs: 0 })

/** A shop whose customers were corrected in Shopify without a webhook. */
async function givenCorrected(many: number): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(many, (i) => ({ email: `c${i}@@example.com` })),
  )
  for (const [i, { id }] of given.shop.customers.ascending().entries())
    given.shop.customers.update(id, { email: `c${i}@example.com` })
  return given
}

test('all customers with a reason are read and sent again, in batches, and resolved', async () => {
  const given = await givenCorrected(250)
  expect(await retryList(given.domain, 'invalid_email', clock())).toEqual({ kind: 'asked', customers: 250 })
  await turn(given)
  expect((await list(given, 'invalid_email')).retrying).toEqual({ marked: 100, customers: 250 })
  await syncToRest(given.domain)
  expect((await list(given, 'invalid_email')).customers).toEqual([])
  expect(await rows('select 1 from reason_retry where shop = $1', given)).toEqual([])
  const resolved = `select count(*)::int as many from profile where shop = $1 and state = 'synced' and resolved_code = 'invalid_email'`
  expect(await rows(resolved, given)).toEqual([{ many: 250 }])
})

test('two members of staff who press at once begin one retry', async () => {
  const given = await givenCorrected(5)
  const answers = await Promise.all([1, 2].map(() => retryList(given.domain, 'invalid_email', clock())))
  expect(answers.map(({ kind }) => kind).sort()).toEqual(['asked', 'nothing'])
  await syncToRest(given.domain)
  expect(await retryList(given.domain, 'invalid_email', clock())).toEqual({ kind: 'nothing' })
})

test('a change that comes meanwhile does not wait for the retry', async () => {
  const given = await givenCorrected(600)
  const born = given.shop.customers.create({ email: 'live@example.com' })
  await retryList(given.domain, 'invalid_email', clock())
  await turn(given)
  await syncNow(given.domain, [customerNumber.parse(born.id)], clock())
  await turn(given)
  const isSent = 'select state from profile where shop = $1 and customer_id = $2'
  expect(await rowsIn(sandbox.databaseUrl, isSent, [given.domain, born.id])).toEqual([{ state: 'synced' }])
  expect((await list(given, 'invalid_email')).retrying).not.toBeNull()
  await syncToRest(given.domain)
})

test('a process that dies goes on after the last batch that was saved, and no customer is lost', async () => {
  const given = await givenCorrected(350)
  await retryList(given.domain, 'invalid_email', clock())
  for (let killed = 0; killed < 12; killed++) {
    let reads = 0
    const dying = () => {
      if (++reads > 3 + killed) throw new Error('killed')
      return clock()
    }
    await syncShop(given.domain, { clock: dying, signal: AbortSignal.timeout(20_000) }).catch(() => {})
    skip(121_000)
  }
  await syncToRest(given.domain)
  expect((await list(given, 'invalid_email')).customers).toEqual([])
})

test('customers whose reason stands are retried once, and stay in their list', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(130, () => ({ phone: '+493012345678' })),
  )
  const calls = callsSince(sandbox, given.accountId)
  expect(await retryList(given.domain, 'no_email', clock())).toEqual({ kind: 'asked', customers: 130 })
  await syncToRest(given.domain)
  expect((await list(given, 'no_email')).customers).toHaveLength(100)
  expect(calls()).toEqual([])
})

test('while the integration is off, the wish is kept', async () => {
  const given = await givenCorrected(3)
  await turnOff(given.domain, { version: await versionOf(given), now: clock() })
  await syncToRest(given.domain)
  expect(await retryList(given.domain, 'invalid_email', clock())).toEqual({ kind: 'kept', customers: 3 })
  expect(await syncToRest(given.domain)).toBeUndefined()
  expect((await list(given, 'invalid_email')).customers).toHaveLength(3)
})

test('lists of which a merchant chose that they wait are not retried as a whole', async () => {
  const given = await givenCorrected(1)
  for (const reason of [
    'limit',
    'future_only',
    'left_out',
    'in_sync',
    'waiting',
    'run',
    'resolved',
    'omitted',
  ] as const)
    expect(await retryList(given.domain, reason, clock())).toEqual({ kind: 'nothing' })
})

const MANY = 200_000

test(`${MANY} issues of one reason are retried and exported: none is lost, and memory stays flat`, async () => {
  const given = await givenConnectedShop(sandbox)
  await rows(
    `with filled as (
       insert into profile (shop, customer_id, state, code, read_at, issue_since)
       select $1, 5000000 + n, 'issue', 'klaviyo_unavailable', now(), now() - make_interval(secs => n % 1000)
       from generate_series(1, ${MANY}) n returning 1)
     insert into profile_count (shop, state, code, profiles, ever_synced) select $1, 'issue', 'klaviyo_unavailable', count(*), 0 from filled`,
    given,
  )
  await rowsIn(sandbox.databaseUrl, 'analyze profile')
  const seen = new Set<string>()
  const heapBefore = heapMb()
  let heapMost = 0
  for (let after: string | null = null; ; ) {
    const part = await exportPart(
      given.domain,
      { reason: 'klaviyo_unavailable', run: null, after, withNames: false },
      clock(),
    )
    if (part.kind !== 'part') throw new Error(part.kind)
    for (const { customerId } of part.customers) seen.add(customerId)
    if (seen.size % 20_000 === 0) heapMost = Math.max(heapMost, heapMb())
    after = part.next
    if (after === null) break
  }
  expect(seen.size).toBe(MANY)
  expect(heapMost - heapBefore).toBeLessThan(40)

  expect(await retryList(given.domain, 'klaviyo_unavailable', clock())).toEqual({ kind: 'asked', customers: MANY })
  await turn(given)
  const marks = 'select count(*)::int as many from dirty_customer where shop = $1'
  expect(await rows(marks, given)).toEqual([{ many: MANY }])
  await turn(given)
  // So many are read by one bulk operation. Shopify has none of these customers.
  expect(await rows(`select kind, search from sync_run where shop = $1 and trigger = 'storm'`, given)).toEqual([
    { kind: 'catch_up', search: null },
  ])
}, 120_000)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapMb(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1_000_000
}

test('customers of whom it is not recorded since when they have the reason are retried once, too', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(130, () => ({ phone: '+493012345678' })),
  )
  await rows('update profile set issue_since = null where shop = $1', given)
  const read = async () =>
    (await rows('select sum(read)::int as many from sync_hour where shop = $1', given))[0].many ?? 0
  const before = await read()
  await retryList(given.domain, 'no_email', clock())
  await syncToRest(given.domain)
  expect((await read()) - before).toBe(130)
})
