import { expect, test } from 'vitest'
import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { deleteConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveFlowRequests, saveFlowTriggerUse } from '#app/store/flow-triggers.ts'
import { scheduleHourly } from '#app/store/hourly-checks.ts'
import { requestIdentifiersRun, saveFilled, saveFutureSince, scheduleReconcile } from '#app/store/integration.ts'
import { blockCalls } from '#app/store/klaviyo-budgets.ts'
import { scheduleHeldCheck } from '#app/store/loyalty-looks.ts'
import { saveMarks, saveRetries } from '#app/store/marks.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { deferRun } from '#app/store/run-progress.ts'
import { findRefillAt, startFullRun } from '#app/store/run-starts.ts'
import { saveSegmentList, stopSegmentList } from '#app/store/segment-lists.ts'
import { saveSegmentSync } from '#app/store/segment-syncs.ts'
import { saveChoice } from '#app/store/settings.ts'
import { listNextWork } from '#app/store/shop-leases.ts'
import { saveWithheld } from '#app/store/shopify-troubles.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { cancelRunByHand, stepRun } from '#app/store/sync-runs.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import {
  at,
  customerId,
  givenConnectedShop,
  givenImport,
  givenRefused,
  givenStatus,
  openWork,
  useStore,
} from './given-store.ts'

const store = useStore()

const now = at('12:00:00')
const due = at('13:00:00')

const pointsChanged = { metric: 'points', oldValue: 1, newValue: 2, backfill: false } as const

/** Work that is due at one o'clock in a shop, created before its status is changed, or after. */
const work = {
  nothing: {},
  marks: {
    after: (shop: ShopDomain) =>
      saveRetries(
        shop,
        [{ customerId: customerId(1), attempt: 1, notBefore: due, singleOnly: false }],
        at('10:00:00'),
        autocommit,
      ),
  },
  run: {
    before: async (shop: ShopDomain) => {
      const run = await transaction((on) =>
        startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('08:30:00') }, on),
      )
      await deferRun(shop, { id: run!, notBefore: due, attempt: 0, waitsFor: null })
    },
  },
  import: { after: (shop: ShopDomain) => givenImport(shop, customerId(1), due) },
  erasure: {
    after: (shop: ShopDomain) =>
      transaction((on) => eraseCustomer(shop, customerId(9), [{ email: 'ada@example.com' }], due, on)),
  },
  comparison: { after: (shop: ShopDomain) => requestComparison(shop) },
  'comparison behind a run': {
    before: async (shop: ShopDomain) => {
      const run = await transaction((on) =>
        startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('08:30:00') }, on),
      )
      await deferRun(shop, { id: run!, notBefore: due, attempt: 0, waitsFor: null })
      await requestComparison(shop)
    },
  },
  'never filled': { after: (shop: ShopDomain) => transaction((on) => saveFilled(shop, null, on)) },
  'fields withheld': { after: (shop: ShopDomain) => withhold(shop) },
  'held source': { after: (shop: ShopDomain) => scheduleHeldCheck(shop, at('11:00:00')) },
  merge: {
    after: (shop: ShopDomain) =>
      saveRequests(shop, 'merge', [{ subject: '1', payload: { keptId: customerId(2), tries: 0 } }], due, autocommit),
  },
  'ids to be fetched': {
    after: (shop: ShopDomain) =>
      saveRequests(shop, 'fetch_ids', [{ subject: 'job', payload: { next: null } }], due, autocommit),
  },
  'list change': {
    after: async (shop: ShopDomain) => {
      await store.rows(
        `update shop set destination = '{"list": {"id": "list", "name": "List"}}' where domain = $1`,
        shop,
      )
      await store.rows(
        `insert into profile (shop, customer_id, state, klaviyo_id, read_at, list_change) values ($1, 1, 'synced', 'id', $2, 'join')`,
        shop,
        at('10:00:00'),
      )
    },
  },
  'loyalty event': {
    after: (shop: ShopDomain) =>
      saveRequests(shop, 'event', [{ subject: '1', payload: pointsChanged }], due, autocommit),
  },
  segment: { after: (shop: ShopDomain) => saveSegmentSync(shop, 'gid://shopify/Segment/1', due) },
  'segment list to come': { after: (shop: ShopDomain) => keepSegment(shop, due) },
  'segment list due': { after: (shop: ShopDomain) => keepSegment(shop, now) },
  'segment list read': {
    after: async (shop: ShopDomain) => {
      await keepSegment(shop, due)
      await store.rows(`update segment_list set phase = 'reading' where shop = $1`, shop)
    },
  },
  'segment list unwanted': {
    after: async (shop: ShopDomain) => {
      await keepSegment(shop, now)
      await stopSegmentList(shop, SEGMENT, { problem: 'by_hand', now }, autocommit)
    },
  },
  workflow: {
    after: async (shop: ShopDomain) => {
      await saveFlowTriggerUse(shop, { trigger: 'sync_stopped', used: true, toldAt: now })
      const requests = [{ customerId: null, fields: {} }]
      await saveFlowRequests(shop, 'sync_stopped', { requests, now: due }, autocommit)
    },
  },
  'import of a run': {
    after: async (shop: ShopDomain) => {
      await givenImport(shop, customerId(1), due)
      await store.rows(`update outbox set kind = 'run_import' where shop = $1`, shop)
    },
  },
  identifiers: { after: (shop: ShopDomain) => transaction((on) => requestIdentifiersRun(shop, at('11:00:00'), on)) },
  'read-back': { after: readBackLater },
  'night to come': {},
  'night due': { plannedFor: now },
  'night unplanned': { plannedFor: null },
  'night unwanted': { plannedFor: at('11:00:00'), after: (shop: ShopDomain) => wantNoNight(shop) },
  'hour to come': { after: (shop: ShopDomain) => wantHours(shop, due) },
  'hour due': { after: (shop: ShopDomain) => wantHours(shop, now) },
  'hour unplanned': { after: (shop: ShopDomain) => wantHours(shop, null) },
  'hour unwanted': {
    after: async (shop: ShopDomain) => {
      await wantHours(shop, now)
      await store.rows('update shop set hourly_check = false where domain = $1', shop)
    },
  },
} satisfies Record<
  string,
  {
    before?: (shop: ShopDomain) => Promise<unknown>
    after?: (shop: ShopDomain) => Promise<unknown>
    plannedFor?: Date | null
  }
>

async function requestComparison(shop: ShopDomain): Promise<void> {
  await transaction((on) => saveChoice(shop, 'mapping', { choice: defaultMapping, comparedFrom: at('09:00:00') }, on))
}

async function withhold(shop: ShopDomain): Promise<void> {
  await transaction((on) => saveWithheld(shop, { words: 'phone', checkAt: at('11:00:00'), now: at('10:00:00') }, on))
}

async function wantNoNight(shop: ShopDomain): Promise<void> {
  await transaction((on) =>
    saveChoice(
      shop,
      'syncing',
      {
        choice: { syncDelayMs: 0, nightlyReconcile: false, hourlyCheck: false, holdAbovePercent: 30 },
        comparedFrom: null,
      },
      on,
    ),
  )
  await scheduleReconcile(shop, at('11:00:00'))
}

const SEGMENT = 'gid://shopify/Segment/2'

function keepSegment(shop: ShopDomain, at: Date): Promise<boolean> {
  return transaction((on) => saveSegmentList(shop, SEGMENT, at, on))
}

async function readBackLater(shop: ShopDomain): Promise<void> {
  await store.rows(
    `insert into read_back (shop, id, trigger, scope, started_at, expected, first_hash, last_hash, last_customer, not_before)
     values ($1, gen_random_uuid(), 'by_hand', 'all', $2, 5, 0, 0, -1, $3)`,
    shop,
    at('10:00:00'),
    due,
  )
}

async function wantHours(shop: ShopDomain, nextAt: Date | null): Promise<void> {
  const choice = { syncDelayMs: 0, nightlyReconcile: true, hourlyCheck: true, holdAbovePercent: 30 }
  await transaction((on) => saveChoice(shop, 'syncing', { choice, comparedFrom: null }, on))
  if (nextAt) await scheduleHourly(shop, nextAt)
}

const connections = {
  usable: async () => {},
  refused: givenRefused,
  gone: (shop: ShopDomain) => deleteConnection(shop, autocommit),
}

// When there is work: `due` at one o'clock, `now` at noon.
const table = `
                  usable                  refused                 gone
                  on    turning_off off   on    turning_off off   on    turning_off off
  nothing         -     now         -     -     now         -     -     now         -
  marks           due   now         -     -     now         -     -     now         -
  run             due   now         -     -     now         -     -     now         -
  import          due   due         due   -     now         -     -     now         -
  erasure         due   now         due   -     now         -     -     now         -
  comparison      now   now         -     -     now         -     -     now         -
  comparison behind a run due now   -     -     now         -     -     now         -
  never filled    now   now         -     -     now         -     -     now         -
  fields withheld now   now         -     -     now         -     -     now         -
  held source     now   now         -     -     now         -     -     now         -
  merge           due   now         -     -     now         -     -     now         -
  ids to be fetched due  now         -     -     now         -     -     now         -
  list change     now   now         -     -     now         -     -     now         -
  loyalty event   due   now         -     -     now         -     -     now         -
  segment         due   now         -     -     now         -     -     now         -
  segment list to come -     now         -     -     now         -     -     now         -
  segment list due now   now         -     -     now         -     -     now         -
  segment list read due   now         -     -     now         -     -     now         -
  segment list unwanted -    now         -     -     now         -     -     now         -
  workflow        due   now         due   due   now         due   due   now         due
  import of a run due   due         due   -     now         -     -     now         -
  identifiers     now   now         -     -     now         -     -     now         -
  read-back       due   now         -     -     now         -     -     now         -
  night to come   -     now         -     -     now         -     -     now         -
  night due       now   now         -     -     now         -     -     now         -
  night unplanned now   now         -     -     now         -     -     now         -
  night unwanted  -     now         -     -     now         -     -     now         -
  hour to come    -     now         -     -     now         -     -     now         -
  hour due        now   now         -     -     now         -     -     now         -
  hour unplanned  now   now         -     -     now         -     -     now         -
  hour unwanted   -     now         -     -     now         -     -     now         -`

interface Case {
  readonly kind: keyof typeof work
  readonly connection: keyof typeof connections
  readonly status: IntegrationStatus
  readonly next: string
}

function casesOf(text: string): Case[] {
  const [, statuses, ...rows] = text.trim().split('\n') as string[]
  return rows.flatMap((row) => {
    const words = row.trim().split(/\s+/)
    const kind = words.slice(0, -9).join(' ') as Case['kind']
    return words.slice(-9).map((next, i) => ({
      kind,
      next,
      status: statuses!.trim().split(/\s+/)[i] as IntegrationStatus,
      connection: (['usable', 'refused', 'gone'] as const)[Math.floor(i / 3)]!,
    }))
  })
}

async function givenWork({ kind, connection, status }: Case): Promise<ShopDomain> {
  const shop = await givenConnectedShop()
  const {
    before,
    after,
    plannedFor = at('23:59:00'),
  } = work[kind] as {
    before?: (shop: ShopDomain) => Promise<unknown>
    after?: (shop: ShopDomain) => Promise<unknown>
    plannedFor?: Date | null
  }
  if (plannedFor) await scheduleReconcile(shop, plannedFor)
  await before?.(shop)
  await givenStatus(shop, status)
  await after?.(shop)
  await connections[connection](shop)
  return shop
}

test('every kind of work is spoken of here', () => {
  expect(new Set(casesOf(table).map(({ kind }) => kind))).toEqual(new Set(Object.keys(work)))
  expect(casesOf(table)).toHaveLength(9 * Object.keys(work).length)
})

test.each(casesOf(table))(
  'work of a shop that is $status, its connection $connection, with $kind: $next',
  async (one) => {
    const shop = await givenWork(one)
    const next = { '-': [], now: [now], due: [due] }[one.next]
    expect((await listNextWork(shop, now)).map(({ at }) => at)).toEqual(next)
    const all = (await openWork(now, due)).filter((work) => work.shop === shop)
    expect(all.map(({ at }) => at)).toEqual(next)
  },
)

test('the night is due in its minute, and a millisecond before it is not', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, now)
  expect(await listNextWork(shop, new Date(now.getTime() - 1))).toEqual([])
  expect(await listNextWork(shop, now)).toMatchObject([{ shop, at: now, leasedUntil: null }])
  expect(await listNextWork(shop, at('12:30:00'))).toMatchObject([{ at: at('12:30:00') }])
})

test('a nightly comparison that is due waits for an account that must wait', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, now)
  await blockCalls(`account of ${shop}`, { name: 'profile', limits: [] }, due)
  expect(await listNextWork(shop, now)).toMatchObject([{ at: due }])
})

test('the hourly check waits until a run has read all customers, and while only future changes are sent', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('23:59:00'))
  await wantHours(shop, now)
  await transaction((on) => saveFutureSince(shop, at('11:00:00'), on))
  expect(await listNextWork(shop, now)).toEqual([])
  await transaction((on) => saveFutureSince(shop, null, on))
  expect(await listNextWork(shop, now)).toMatchObject([{ next: { live: null, run: now } }])
})

test('a shop without the app has no work, not even to be turned off', async () => {
  const shop = await givenConnectedShop()
  await givenStatus(shop, 'turning_off')
  await uninstallShop(shop, at('11:00:00'))
  expect(await listNextWork(shop, now)).toEqual([])
})

test('while turning off only the import in flight is work, whatever else is due before it', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('11:00:00'))
  await transaction((on) => startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('08:30:00') }, on))
  await givenStatus(shop, 'turning_off')
  await saveRetries(
    shop,
    [{ customerId: customerId(2), attempt: 1, notBefore: now, singleOnly: false }],
    at('10:00:00'),
    autocommit,
  )
  await givenImport(shop, customerId(1), due)
  expect(await listNextWork(shop, now)).toMatchObject([{ at: due }])
})

test('a shop that was never filled is filled again an hour after its last full run ended, and not while one is open or by the merchant cancelled', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('23:59:00'))
  await transaction((on) => saveFilled(shop, null, on))
  const run = (await transaction((on) =>
    startFullRun(shop, { trigger: 'connecting', by: null, always: true, now: at('08:30:00') }, on),
  ))!
  await deferRun(shop, { id: run, notBefore: at('20:00:00'), attempt: 0, waitsFor: null })
  expect(await listNextWork(shop, now)).toMatchObject([{ at: at('20:00:00') }])
  await transaction((on) =>
    stepRun(shop, { id: run, from: 'queued', to: 'failed', now: at('11:30:00'), failure: 'unavailable' }, on),
  )
  expect(await findRefillAt(shop)).toEqual(at('12:30:00'))
  expect(await listNextWork(shop, at('12:29:59'))).toEqual([])
  expect(await listNextWork(shop, at('12:30:00'))).toMatchObject([{ at: at('12:30:00') }])

  const again = (await transaction((on) =>
    startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('12:31:00') }, on),
  ))!
  expect(await findRefillAt(shop)).toBeNull()
  await cancelRunByHand(shop, { id: again, by: null, now: at('12:32:00') })
  expect(await findRefillAt(shop)).toBeNull()
  expect(await listNextWork(shop, at('20:00:00'))).toEqual([])
})

/** Work of the live lane; the rest is the runs'. */
const live = new Set([
  'marks',
  'import',
  'erasure',
  'fields withheld',
  'merge',
  'list change',
  'loyalty event',
  'workflow',
])

test.each((Object.keys(work) as (keyof typeof work)[]).filter((kind) => !/nothing|to come|unwanted/.test(kind)))(
  'each kind of work is for one lane only: %s',
  async (kind) => {
    const shop = await givenWork({ kind, connection: 'usable', status: 'on', next: '' })
    const [found] = await listNextWork(shop, now)
    expect(found!.next).toEqual(live.has(kind) ? { live: found!.at, run: null } : { live: null, run: found!.at })
  },
)

test('of marks that are leased and others that wait, the first to be ready counts', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('23:59:00'))
  await store.rows(
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before, lease, leased_until)
     values ($1, 1, $2, $2, $2, gen_random_uuid(), $3), ($1, 2, $2, $2, $4, null, null)`,
    shop,
    at('11:00:00'),
    at('12:01:00'),
    due,
  )
  expect(await listNextWork(shop, now)).toMatchObject([{ at: at('12:01:00') }])
  expect(await listNextWork(shop, at('12:02:00'))).toMatchObject([{ at: at('12:01:00') }])
  await store.rows(
    'update dirty_customer set not_before = $2 where shop = $1 and customer_id = 2',
    shop,
    at('11:30:00'),
  )
  expect(await listNextWork(shop, now)).toMatchObject([{ at: at('11:30:00') }])
})

test('a retry goes on at once while few changes wait, and after them while a hundred do, whatever they wait for', async () => {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('23:59:00'))
  await store.rows(
    `insert into reason_retry (shop, code, asked_at, customers) values ($1, 'no_email', $2, 500)`,
    shop,
    now,
  )
  expect(await listNextWork(shop, now)).toMatchObject([{ next: { live: null, run: now } }])
  const held = Array.from({ length: 100 }, (_, i) => customerId(i + 1))
  await saveMarks(
    held.map((customer) => ({ shop, customerId: customer, changes: 1, updatedAt: null })),
    at('10:00:00'),
  )
  await givenImport(shop, customerId(1), due)
  await store.rows(`update profile set request = null where shop = $1`, shop)
  await store.rows(
    `insert into profile (shop, customer_id, state, read_at, request) select $1, n, 'synced', $2, (select id from outbox where shop = $1) from generate_series(1, 100) n
     on conflict (shop, customer_id) do update set request = excluded.request`,
    shop,
    now,
  )
  expect(await listNextWork(shop, now)).toMatchObject([{ at: due, next: { run: null } }])
})
