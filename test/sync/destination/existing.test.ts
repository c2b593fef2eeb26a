import { expect, test } from 'vitest'
import { callsSince } from '#test/support/calls.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import {
  connect,
  emailOf,
  givenChoice,
  saveChosenDestination,
  somebodyElseMakes,
  syncAgain,
} from './given-destination.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const theirs = (count: number) => Array.from({ length: count }, (_, i) => emailOf(i))

test('existing profiles are not changed if the merchant says so, whatever the case of their addresses, over many pages', async () => {
  const given = await givenChoice(sandbox, { existing: 'leave' }, { customers: 260 })
  await somebodyElseMakes(given, ...theirs(230).map((email, i) => (i % 2 ? email.toUpperCase() : email)))
  await connect(given)
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 30, alreadyInKlaviyo: 230 })
  const untouched = [...given.account.profiles()].filter(({ writes }) => writes === 1)
  expect(untouched.length).toBeGreaterThanOrEqual(230)
  expect(given.account.profileByEmail(emailOf(3))?.attributes.properties).toEqual({})
})

test('a change of such a customer does not change the profile either, and one of a customer that Lockstep created is sent', async () => {
  const given = await givenChoice(sandbox, { existing: 'leave' }, { customers: 3 })
  await somebodyElseMakes(given, emailOf(0))
  await connect(given)
  await syncToRest(given.domain)
  await tell(
    given.domain,
    ...given.shop.customers.ascending().map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })),
  )
  await syncToRest(given.domain)

  expect(given.account.profileByEmail(emailOf(0))?.attributes.first_name ?? null).toBeNull()
  expect(given.account.profileByEmail(emailOf(1))?.attributes.first_name).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, alreadyInKlaviyo: 1 })
})

test('a profile that was deleted in Klaviyo meanwhile is created the next time its customer is read', async () => {
  const given = await givenChoice(sandbox, { existing: 'leave' }, { customers: 3 })
  await somebodyElseMakes(given, emailOf(0))
  await connect(given)
  await syncToRest(given.domain)
  given.account.deleteProfile(given.account.profileByEmail(emailOf(0))!.id)
  await syncAgain(given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 3, alreadyInKlaviyo: 0 })
})

test.each([3, 80])(
  'when existing profiles are to be updated from now on, all %i are brought in sync',
  async (count) => {
    const given = await givenChoice(sandbox, { existing: 'leave' }, { customers: count })
    await somebodyElseMakes(given, ...theirs(count))
    await connect(given)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ alreadyInKlaviyo: count })
    const before = given.account.profileByEmail(emailOf(1))!.id

    await saveChosenDestination(given, { existing: 'update' })
    await syncToRest(given.domain)

    expect(given.account.size).toBe(count)
    expect(given.account.profileByEmail(emailOf(1))?.id).toBe(before)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count, alreadyInKlaviyo: 0 })
  },
)

test('the id of a profile that was found is stored, as if Lockstep had created it', async () => {
  const given = await givenChoice(sandbox, { mostNew: 10 }, { customers: 2 })
  await somebodyElseMakes(given, emailOf(0))
  const { id } = given.account.profileByEmail(emailOf(0))!
  await connect(given)
  await syncToRest(given.domain)
  const [row] = await rowsIn(
    sandbox.databaseUrl,
    'select klaviyo_id from profile where shop = $1 order by customer_id limit 1',
    [given.domain],
  )
  expect(row.klaviyo_id).toBe(id)
})

test.each([
  [3, 'throttle'],
  [80, 'throttle'],
  [3, 'unauthorized'],
  [80, 'truncate'],
] as const)('with %i customers, a lookup that is interrupted (%s) sends nobody unseen', async (customers, kind) => {
  const given = await givenChoice(sandbox, { existing: 'leave' }, { customers })
  await somebodyElseMakes(given, emailOf(0))
  await connect(given)
  const calls = callsSince(sandbox, given.accountId)
  sandbox.klaviyo.faults.add(
    kind === 'throttle'
      ? { kind, retryAfterSeconds: 30, times: 1, operations: ['get_profiles'] }
      : { kind, ...(kind === 'truncate' && { times: 1 }), operations: ['get_profiles'] },
  )
  await syncToRest(given.domain)
  if (kind === 'unauthorized') {
    expect([...calls('bulk_import_profiles'), ...calls('create_or_update_profile')]).toEqual([])
    sandbox.klaviyo.faults.clear()
    await connect(given)
    await syncToRest(given.domain)
  }
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: customers - 1, alreadyInKlaviyo: 1 })
})
