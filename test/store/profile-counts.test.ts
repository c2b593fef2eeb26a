import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { deleteAllProfiles, deleteGone } from '#app/store/forgotten-profiles.ts'
import {
  forgetImport,
  listCarriedCustomers,
  type RowsBefore,
  saveIntendedImport,
  settleImport,
  withdrawImport,
} from '#app/store/imports.ts'
import { countSyncedSince, listProfileCounts } from '#app/store/profile-counts.ts'
import { findKnownProfiles, type ProfileRow, saveProfiles } from '#app/store/profiles.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

const store = useStore()

const after = (ms: number) => new Date(at('10:00:00').getTime() + ms)

const someCustomers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })
const outcome = fc.constantFrom(
  { state: 'synced', code: null } as const,
  { state: 'excluded', code: 'no_email' } as const,
  { state: 'issue', code: 'invalid_email' } as const,
  { state: 'issue', code: 'profile_refused' } as const,
  { state: 'gone', code: null } as const,
)
/** What the steps do to profiles, in any order. */
const operation = fc.oneof(
  fc.record({ do: fc.constant('save'), customers: someCustomers, outcome }),
  fc.record({ do: fc.constant('import'), customers: someCustomers }),
  fc.record({ do: fc.constantFrom('settle', 'withdraw', 'forget'), failing: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('erase'), customer: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ do: fc.constantFrom('delete gone', 'delete all') }),
)
type Operation = typeof operation extends fc.Arbitrary<infer Each> ? Each : never

interface Job {
  readonly id: string
  readonly customers: readonly CustomerId[]
  readonly before: RowsBefore
}

async function perform(shop: ShopDomain, step: Operation, jobs: Job[], now: Date): Promise<void> {
  await transaction(async (on) => {
    if ('outcome' in step)
      return saveProfiles(
        shop,
        step.customers.map((n) => rowOf(n, step.outcome, now)),
        now,
        on,
      )
    if ('customers' in step) {
      const ids = step.customers.map(customerId)
      const known = await findKnownProfiles(shop, ids, autocommit)
      // Customers in an open import are not sent.
      const free = ids.filter((id) => !known.get(id)?.inFlight)
      const profiles = free.map((id) => ({
        customerId: id,
        hash: 'h',
        fields: ['email'],
        updatedAt: now,
      }))
      const id = randomUUID()
      const before = await saveIntendedImport(shop, { id, run: null, profiles, readAt: now, checkAt: now }, now, on)
      jobs.push({ id, customers: free, before })
      return
    }
    if ('failing' in step) {
      const job = jobs.shift()
      if (!job) return
      if (step.do === 'withdraw') await withdrawImport(shop, job.id, job, on)
      else if (step.do === 'forget') await forgetImport(shop, job.id, on)
      else
        await settleImport(
          shop,
          job.id,
          (await listCarriedCustomers(shop, job.id, on)).map(({ customerId }) => customerId).slice(0, step.failing),
          now,
          on,
        )
      return
    }
    if ('customer' in step) return eraseCustomer(shop, customerId(step.customer), [], now, on)
    return step.do === 'delete all' ? deleteAllProfiles(shop, on) : deleteGone(shop)
  })
}

function rowOf(n: number, { state, code }: Pick<ProfileRow, 'state' | 'code'>, now: Date): ProfileRow {
  const synced = state === 'synced'
  return {
    customerId: customerId(n),
    state,
    code,
    words: null,
    conflictsWith: null,
    klaviyoId: null,
    hash: synced ? 'h' : null,
    fields: synced ? ['email'] : null,
    shopifyUpdatedAt: now,
    syncedAt: synced ? now : null,
  }
}

/** The same by counting every row, which would be too slow for a page. */
async function countedByHand(shop: ShopDomain) {
  return store.rows(
    `select state, code, count(*)::int as profiles, count(synced_at)::int as ever_synced from (
      select case when j.id is null then synced_at end as synced_at, case when j.id is null then p.state else 'sending' end as state,
        case when j.id is null then coalesce(code, '') else j.id::text end as code
      from profile p left join outbox j on j.shop = p.shop and j.id = p.request where p.shop = $1) as rows
    group by state, code order by state, code`,
    shop,
  )
}

const kept = (shop: ShopDomain) =>
  store.rows(
    `select state, code, profiles, case when state = 'sending' then 0 else ever_synced end as ever_synced
     from profile_count where shop = $1 and profiles <> 0 order by state, code`,
    shop,
  )

test('the counts that the card reads equal a count of every row, whatever was done in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
      const shop = await givenShop()
      const jobs: Job[] = []
      for (const [i, step] of operations.entries()) await perform(shop, step, jobs, after(i * 40_000))

      expect(await kept(shop)).toEqual(await countedByHand(shop))
      const [{ n: synced }] = await store.rows(
        `select count(p.synced_at)::int as n from profile p where p.shop = $1
           and not exists (select 1 from outbox j where j.shop = p.shop and j.id = p.request)`,
        shop,
      )
      expect(await countSyncedSince(shop, at('09:00:00'))).toBe(synced)
      expect((await listProfileCounts(shop)).every((row) => row.profiles >= 0 && row.everSynced >= 0)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('many statements at once over the same shop lose no count', async () => {
  const shop = await givenShop()
  await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const outcome =
        i % 2 ? ({ state: 'synced', code: null } as const) : ({ state: 'excluded', code: 'no_email' } as const)
      return transaction((on) =>
        saveProfiles(shop, [rowOf(i % 15, outcome, after(i)), rowOf(100 + i, outcome, after(i))], after(i), on),
      )
    }),
  )
  expect(await kept(shop)).toEqual(await countedByHand(shop))
})

test('a profile counts as synced in the minute it last was, and in no other', async () => {
  const shop = await givenShop()
  const synced = { state: 'synced', code: null } as const
  await transaction((on) =>
    saveProfiles(shop, [rowOf(1, synced, at('10:00:30')), rowOf(2, synced, at('10:00:31'))], at('10:00:31'), on),
  )
  await transaction((on) => saveProfiles(shop, [rowOf(1, synced, at('10:05:00'))], at('10:05:00'), on))

  expect(await countSyncedSince(shop, at('10:00:59'))).toBe(2)
  expect(await countSyncedSince(shop, at('10:01:00'))).toBe(1)
  expect(await countSyncedSince(shop, at('10:06:00'))).toBe(0)
})

test('a row that holds a newer customer, or the result of a later read, is not changed', async () => {
  const shop = await givenShop()
  const synced = { state: 'synced', code: null } as const
  const issue = { state: 'issue', code: 'profile_refused' } as const
  await transaction((on) =>
    saveProfiles(shop, [{ ...rowOf(1, synced, at('10:00:05')), shopifyUpdatedAt: at('10:00:00') }], at('10:00:05'), on),
  )

  await transaction((on) =>
    saveProfiles(shop, [{ ...rowOf(1, issue, at('10:00:06')), shopifyUpdatedAt: at('09:59:59') }], at('10:00:06'), on),
  )
  await transaction((on) =>
    saveProfiles(shop, [{ ...rowOf(1, issue, at('10:00:06')), shopifyUpdatedAt: at('10:00:00') }], at('10:00:04'), on),
  )
  expect(await store.rows('select state from profile where shop = $1', shop)).toEqual([{ state: 'synced' }])

  await transaction((on) =>
    saveProfiles(shop, [{ ...rowOf(1, issue, at('10:00:06')), shopifyUpdatedAt: at('10:00:00') }], at('10:00:05'), on),
  )
  expect(await store.rows('select state from profile where shop = $1', shop)).toEqual([{ state: 'issue' }])
})
