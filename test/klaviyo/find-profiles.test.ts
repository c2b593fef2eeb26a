import { expect, test } from 'vitest'
import { addressBatches, findProfiles } from '#app/klaviyo/find-profiles.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { somebodyElseMakes } from '#test/sync/destination/given-destination.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const longest = (i: number) => `${'a'.repeat(58)}${i + 100}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.test`

test('a batch holds a hundred addresses at most, and no more than a URL bears', () => {
  const short = Array.from({ length: 250 }, (_, i) => `c${i}@example.com`)
  expect(addressBatches(short).map((batch) => batch.length)).toEqual([100, 100, 50])
  expect(addressBatches([])).toEqual([])
  const long = Array.from({ length: 100 }, (_, i) => longest(i))
  const batches = addressBatches(long)
  expect(batches.length).toBeGreaterThan(2)
  expect(batches.flat()).toEqual(long)
  for (const batch of batches) expect(encodeURIComponent(JSON.stringify(batch)).length).toBeLessThan(7_500)
})

test('addresses are found whatever their case, a dot and a plus included, and no others are', async () => {
  const given = await givenConnectedShop(sandbox)
  const mixed = ['Ada.Lovelace@Example.com', 'GRACE+news@example.com']
  await somebodyElseMakes(given, ...mixed, 'other@example.com')

  const emails = [...mixed.map((email) => email.toLowerCase()), 'nobody@example.com', 'a"b\\c@example.com']
  const answer = await findProfiles({ kind: 'key', key: given.key }, { emails })

  expect(answer).toMatchObject({ kind: 'page', next: null })
  const found = answer.kind === 'page' ? answer.found.map(({ email }) => email).sort() : []
  expect(found).toEqual(mixed.map((email) => email.toLowerCase()).sort())
})

test('a refusal of an address, and an outage, are reported without the address', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 1, operations: ['get_profiles'] })
  expect(await findProfiles({ kind: 'key', key: given.key }, { emails: ['secret@example.com'] })).toEqual({
    kind: 'unavailable',
  })
  expect(
    await findProfiles({ kind: 'key', key: given.key }, { next: '/api/profiles?filter=contains(email,"secret")' }),
  ).toEqual({
    kind: 'refused',
  })
})
