import { expect, test } from 'vitest'
import { computedOn, defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { plainReading } from '#app/core/profile/mapped-values.ts'
import { skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, looksFrom, syncToRestBy } from '#test/support/looks.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { chooseLoyalty, looksAt } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

/** A shop at rest that sends the times and records events, whose customers have changed their tier once. */
async function givenChanging(customers: number) {
  const installed = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(customers, (i) => ({
      ...{ email: `c${i}@example.com`, points: 250, tier: 'Gold', updatedAt: '2026-01-01T00:00:00Z' },
    })),
  )
  await choose(installed, 'mapping', { computed: computedOn })
  await chooseLoyalty(installed)
  await syncToRest(installed.domain)
  const given = { ...installed, ...looksAt(sandbox, installed) }
  await given.change({ tier: 'Black' }, customers)
  await syncToRest(given.domain)
  skip(60_000)
  await given.change({ tier: 'Platinum', points: 300 }, customers)
  return given
}

const save = (given: InstalledShop, differs: Partial<Mapping>) => choose(given, 'mapping', differs)
const [points, tier] = defaultMapping.values
const named = { ...tier!, reading: { ...plainReading, names: [{ value: 'Platinum', name: 'Highest' }] } }

const choices: readonly [string, (given: InstalledShop) => Promise<unknown>][] = [
  ['the times are switched off', (given) => save(given, {})],
  [
    'the times are switched off, and on again',
    async (given) => {
      await save(given, {})
      await save(given, { computed: computedOn })
    },
  ],
  [
    'one time is switched off, and on again under another name',
    async (given) => {
      await save(given, { computed: { ...computedOn, tierSince: { ...computedOn.tierSince, on: false } } })
      await save(given, { computed: { ...computedOn, tierSince: { on: true, name: 'since' } } })
    },
  ],
  [
    'another name is chosen, and the first one again',
    async (given) => {
      await save(given, { computed: { ...computedOn, lastChanged: { on: true, name: 'changed' } } })
      await save(given, { computed: computedOn })
    },
  ],
  ['the tier is no longer mapped', (given) => save(given, { computed: computedOn, values: [points!] })],
  ['nothing is mapped any more', (given) => save(given, { computed: computedOn, values: [] })],
  ['the tier gets a name', (given) => save(given, { computed: computedOn, values: [points!, named] })],
  ['loyalty activity is switched off', (given) => chooseLoyalty(given, { on: false })],
  [
    'loyalty activity and the times are switched off, and on again',
    async (given) => {
      await chooseLoyalty(given, { on: false })
      await save(given, {})
      await save(given, { computed: computedOn })
      await chooseLoyalty(given)
    },
  ],
]

test.each(choices)(
  'whenever %s while changes are sent, the times in Klaviyo are those that are stored',
  { timeout: 300_000 },
  async (_what, choose) => {
    for (const customers of [1, 60]) {
      const counted = countingClock()
      await syncToRestBy(await givenChanging(customers), counted.clock)
      for (const look of looksFrom(1)) {
        if (look > Math.min(counted.looks(), 40)) break
        if (look % 4 !== 1) continue // a fourth of them: each choice is made in two shops, and settles for long
        const given = await givenChanging(customers)
        const watched = eventfulClock(look, () => choose(given))
        await syncToRestBy(given, watched.clock).catch((error) => {
          if (!String(error).includes('meanwhile')) throw error
        })
        await watched.done()
        skip(3 * 60_000)
        await syncToRest(given.domain)
        await expectLaw(sandbox, given)
        expect(given.recorded().filter(({ metric }) => metric === 'Loyalty points changed').length).toBeLessThan(
          customers + 1,
        )
      }
    }
  },
)
