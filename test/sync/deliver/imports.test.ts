import { expect, test } from 'vitest'
import { noLimit } from '#app/core/flow/new-profiles.ts'
import { customerNumber } from '#app/core/ids.ts'
import { findTurnInputs } from '#app/store/connections.ts'
import { transaction } from '#app/store/database.ts'
import { saveAcceptedImport } from '#app/store/imports.ts'
import { openCredential } from '#app/sync/connection/open-credential.ts'
import type { OutgoingPush } from '#app/sync/deliver/outgoing-push.ts'
import { pushByImport } from '#app/sync/deliver/push-by-import.ts'
import { hashOf } from '#app/sync/deliver/read-profile.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import type { CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

/** A connected shop with so many new customers, which were reported and are not processed yet. */
async function givenNew(count: number, fieldsOf: (index: number) => CustomerFields = () => ({})) {
  const installed = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: count }, (_, i) =>
    installed.shop.customers.create({ email: `c${i}@example.com`, firstName: 'Old', ...fieldsOf(i) }),
  )
  await tell(installed.domain, ...customers)
  return { ...installed, customers, calls: callsSince(sandbox, installed.accountId) }
}

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

/** Works on the shop for a while, so that everything that does not wait is done. */
async function syncFor(installed: InstalledShop, ms: number): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until) {
    await syncOneTurn(installed)
    skip(ms / 10)
  }
}

const issuesOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select code, words, count(*)::int as n from profile where shop = $1 and state = 'issue' group by 1, 2`,
    [domain],
  )

test('fifty changes are sent one by one, more in one import', async () => {
  const few = await givenNew(50)
  await syncToRest(few.domain)
  expect(few.calls('create_or_update_profile')).toHaveLength(50)
  expect(few.calls('bulk_import_profiles')).toEqual([])

  const many = await givenNew(51)
  await syncToRest(many.domain)
  expect(many.calls('create_or_update_profile')).toEqual([])
  expect(many.calls('bulk_import_profiles')).toMatchObject([{ status: 202, profiles: 51 }])
  expect(await expectLaw(sandbox, many)).toMatchObject({ synced: 51 })
})

test('profiles with a field to clear are sent one by one, because an import cannot clear', async () => {
  const given = await givenNew(60, (i) => ({ lastName: i < 5 ? 'Gone' : 'Kept' }))
  await syncToRest(given.domain)
  const changed = given.customers.map(({ id }, i) =>
    given.shop.customers.update(id, { firstName: 'New', ...(i < 5 && { lastName: null }) }),
  )
  await tell(given.domain, ...changed)
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)

  expect(calls('create_or_update_profile')).toHaveLength(5)
  expect(calls('bulk_import_profiles')).toMatchObject([{ profiles: 55 }])
  await expectLaw(sandbox, given)
})

test('an import that is refused for some of its profiles is sent again without them, and each of them is an issue', async () => {
  const given = await givenNew(60, (i) => (i % 20 === 0 ? { email: `refused-${i}@example.com` } : {}))
  await syncOneTurn(given)

  expect(given.calls('bulk_import_profiles').map(({ status, profiles }) => [status, profiles])).toEqual([
    [400, 0],
    [202, 57],
  ])
  await syncToRest(given.domain)
  expect(await issuesOf(given)).toEqual([{ code: 'invalid_email', words: 'Invalid email address', n: 3 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 57, invalidEmail: 3 })
})

test('an import of only refused profiles leaves no job behind', async () => {
  const given = await givenNew(60, (i) => ({ email: `refused-${i}@example.com` }))
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(given.accountId).jobs()).toEqual([])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, invalidEmail: 60 })
})

test('an import that is refused without naming a profile is halved, down to the profile at fault', async () => {
  const given = await givenConnectedShop(sandbox)
  const calls = callsSince(sandbox, given.accountId)
  const { policy, credential } = (await findTurnInputs(given.domain))!
  const turn = {
    shop: given.domain,
    policy,
    credential: openCredential(credential, clock),
    clock,
    signal: AbortSignal.timeout(30_000),
  }
  // Text that is not JSON spoils the whole request, and Klaviyo cannot say where.
  const pushes = Array.from({ length: 100 }, (_, i): OutgoingPush => {
    const canonical = i === 37 ? '{"email":' : `{"email":"c${i}@example.com","properties":{}}`
    const told = {
      email: `c${i}@example.com`,
      fields: ['email'],
      mayCarry: ['email'],
      updatedAt: clock(),
      klaviyoId: null,
      origin: 'tracked' as const,
      loyalty: null,
      fieldsToClear: null,
      delivered: [],
      heldBack: [],
      kept: [],
      omitted: [],
      takenBy: null,
      awaitsMerge: false,
      attempt: 1,
      singleOnly: false,
      heard: null,
      delivery: null,
    }
    return { customerId: customerNumber.parse(i + 1), canonical, hash: hashOf(canonical), ...told }
  })

  const { outcomes, jobs } = await pushByImport(turn, pushes, {
    run: null,
    readAt: clock(),
    loyalty: null,
    newProfiles: noLimit,
  })
  await transaction(async (on) => {
    for (const job of jobs) await saveAcceptedImport(given.domain, { ...job, checkAt: clock() }, on)
  })

  expect(outcomes.map(({ kind }) => kind)).toEqual(pushes.map((_, i) => (i === 37 ? 'refused' : 'carried')))
  expect(jobs.reduce((total, { profiles }) => total + profiles, 0)).toBe(99)
  expect(calls('bulk_import_profiles').length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100)) + 1)
  const held = `select count(*)::int as jobs, sum((payload->>'profiles')::int)::int as profiles from outbox
    where shop = $1 and kind in ('import', 'run_import')`
  expect(await rowsIn(sandbox.databaseUrl, held, [given.domain])).toEqual([{ jobs: jobs.length, profiles: 99 }])
})

test('what an import could not apply is sent alone, and is an issue with Klaviyo’s message when that fails too', async () => {
  const given = await givenNew(200, (i) => (i < 130 ? { email: `importerror-${i}@example.com` } : {}))
  await syncToRest(given.domain)

  expect(given.calls('get_errors_for_bulk_import_profiles_job').length, 'a page holds a hundred').toBeGreaterThan(1)
  expect(await issuesOf(given)).toEqual([{ code: 'invalid_email', words: 'This profile cannot be processed.', n: 130 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 70, invalidEmail: 130 })
})

test('what failed in an import and succeeds alone is in sync', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c1@example.com', 'c2@example.com'] })
  await syncToRest(given.domain)
  expect(given.calls('create_or_update_profile')).toHaveLength(2)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('when Klaviyo does not name the failed profiles of an import, those not among its profiles are sent again, alone', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c1@example.com'], withoutPayload: true })
  await syncToRest(given.domain)
  expect(given.calls('create_or_update_profile')).toHaveLength(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a profile that is too large for Klaviyo is an issue, and the import is sent without it', async () => {
  const tags = Array.from({ length: 8_000 }, (_, i) => `a tag of some length ${i}`)
  const given = await givenNew(60, (i) => (i === 0 ? { tags } : {}))
  await syncToRest(given.domain)
  expect(await issuesOf(given)).toEqual([{ code: 'too_large', words: 'shopify_tags', n: 1 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 59, otherIssues: 1 })
})

test('an import that Klaviyo cancelled is sent again', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'cancelJob' })
  await syncToRest(given.domain)
  expect(given.calls('bulk_import_profiles')).toHaveLength(2)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('an import that Klaviyo no longer knows, seven days later, is sent again', async () => {
  const given = await givenNew(60)
  await syncOneTurn(given)
  skip(8 * 24 * 60 * 60_000)
  await syncToRest(given.domain)
  expect(given.calls('get_bulk_import_profiles_job')).toMatchObject([{ status: 404 }, {}])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a change while an import carries the customer waits for the import, and wins', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  await tell(
    given.domain,
    ...given.customers.slice(0, 10).map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })),
  )

  await syncFor(given, 10 * 60_000)
  expect(given.calls('create_or_update_profile'), 'nothing overtakes the import').toEqual([])
  expect(given.calls('bulk_import_profiles')).toHaveLength(1)

  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a change of a customer that no import carries does not wait for one', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  await tell(given.domain, given.shop.customers.create({ email: 'eve@example.com' }))
  await syncOneTurn(given)
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('eve@example.com')).toBeDefined()
})

test.each([{ kind: 'resetAfter' }, { kind: 'truncate' }, { kind: 'empty' }] as const satisfies readonly FaultSpec[])(
  'an import whose answer is lost ($kind) is not sent again while it may be applied: it is waited for, and what changed meanwhile wins',
  async (lost) => {
    const given = await givenNew(60)
    sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
    sandbox.klaviyo.faults.add({ ...lost, times: 1, operations: ['bulk_import_profiles'] })
    await syncOneTurn(given)
    await tell(given.domain, ...given.customers.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))

    await syncFor(given, 10 * 60_000)
    expect(given.calls('bulk_import_profiles')).toHaveLength(1)
    expect(given.calls('create_or_update_profile')).toEqual([])
    expect(given.calls('get_bulk_import_profiles_jobs').length).toBeGreaterThan(0)

    sandbox.klaviyo.faults.release('stuckJob')
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
    expect(given.calls('bulk_import_profiles')).toHaveLength(2)
  },
)

test('an import that never arrived is sent again', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'resetBefore', times: 1, operations: ['bulk_import_profiles'] })
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(given.accountId).jobs()).toHaveLength(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test.each(['get_bulk_import_profiles_job', 'get_errors_for_bulk_import_profiles_job'] as const)(
  'an import that Klaviyo does not report on for a while (%s) is checked again, and settled once',
  async (operation) => {
    const given = await givenNew(60, (i) => (i < 3 ? { email: `importerror-${i}@example.com` } : {}))
    sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 6, operations: [operation] })
    sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 20, times: 1, operations: [operation] })
    await syncToRest(given.domain)
    expect(given.calls('bulk_import_profiles')).toHaveLength(1)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 57, invalidEmail: 3 })
  },
)

test('a 429 to the query for imports under way delays only that query, as long as Klaviyo says', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', times: 1, operations: ['bulk_import_profiles'] })
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 120,
    times: 1,
    operations: ['get_bulk_import_profiles_jobs'],
  })
  await syncOneTurn(given)
  skip(6_000)
  await syncOneTurn(given)
  const early = sandbox.klaviyo.log.earlyRetries

  // A webhook wakes the shop earlier.
  for (let i = 0; i < 5; i++) {
    skip(10_000)
    await tell(given.domain, given.shop.customers.create({ email: `eve${i}@example.com` }))
    await syncOneTurn(given)
  }

  expect(sandbox.klaviyo.log.earlyRetries).toBe(early)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('no customer is ever in two imports at once', async () => {
  const given = await givenNew(300)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 5, operations: ['bulk_import_profiles'] })
  for (let round = 0; round < 6; round++) {
    await syncOneTurn(given)
    const [{ jobs, carried }] = await rowsIn(
      sandbox.databaseUrl,
      `select (select coalesce(sum((payload->>'profiles')::int), 0)::int from outbox where shop = $1 and kind in ('import', 'run_import')) as jobs,
        (select count(*)::int from profile where shop = $1 and request in (select id from outbox where shop = $1)) as carried`,
      [given.domain],
    )
    expect(jobs).toBe(carried)
    await tell(
      given.domain,
      ...given.customers.map(({ id }) => given.shop.customers.update(id, { firstName: `Round ${round}` })),
    )
  }
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('an import is split into parts that Klaviyo accepts: by bytes first', async () => {
  const tags = Array.from({ length: 2_000 }, (_, i) => `a tag of some length ${i}`)
  const given = await givenNew(150, (i) => ({ tags: [...tags, String(i)] }))
  await syncToRest(given.domain)
  const sent = given.calls('bulk_import_profiles')
  expect(sent.length).toBeGreaterThan(1)
  expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 202))
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 150 })
})

test('when a process dies after an import was accepted and before that was saved, no customer is sent twice at the same time', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  let looks = 0
  const dyingClock = () => {
    if (++looks > 1 && given.calls('bulk_import_profiles').length > 0) throw new Error('killed')
    return clock()
  }
  await expect(syncShop(given.domain, { clock: dyingClock, signal: AbortSignal.timeout(30_000) })).rejects.toThrow(
    'killed',
  )
  await tell(given.domain, ...given.customers.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))

  await syncFor(given, 10 * 60_000)
  expect(given.calls('bulk_import_profiles')).toHaveLength(1)
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})
