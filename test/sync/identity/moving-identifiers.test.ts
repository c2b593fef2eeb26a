import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const ADDRESSES = ['a@example.com', 'b@example.com', 'c@example.com', null]
const PHONES = ['+4915112345671', '+4915112345672', null]
const CUSTOMERS = 4

/** One thing that happens in the shop: to one of four customers, which may be deleted and created again. */
const happening = fc.record({
  who: fc.nat(CUSTOMERS - 1),
  what: fc.constantFrom('address', 'phone', 'name', 'remove', 'create'),
  address: fc.nat(ADDRESSES.length - 1),
  phone: fc.nat(PHONES.length - 1),
  /** Whether Lockstep is notified, and comes to rest, before the next one. */
  rest: fc.boolean(),
})
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never

/** Shopify does not allow two customers with one address; it allows a shared phone number, written in two ways. */
async function play(given: InstalledShop, happenings: readonly Happening[], backwards: boolean): Promise<void> {
  const { customers } = given.shop
  const there = new Map<number, Customer>()
  let unheard: Customer[] = []
  const gone: string[] = []
  const isFree = (address: string | null) =>
    address === null || ![...customers.all()].some((one) => one.defaultEmailAddress?.emailAddress === address)
  const hear = async () => {
    await tellUndated(given.domain, ...gone.splice(0))
    for (const one of backwards ? unheard.toReversed() : unheard) await tell(given.domain, one)
    unheard = []
    await syncToRest(given.domain)
  }
  for (const { who, what, address, phone, rest } of happenings) {
    const one = there.get(who)
    const email = ADDRESSES[address]!
    if (what === 'create' && !one && isFree(email)) {
      there.set(who, customers.create({ email, phone: PHONES[phone]!, firstName: `Customer ${who}` }))
      unheard.push(there.get(who)!)
    } else if (what === 'remove' && one) {
      customers.remove(one.id)
      there.delete(who)
      unheard = unheard.filter(({ id }) => id !== one.id)
      gone.push(one.id)
    } else if (one) {
      const edits =
        what === 'address' && isFree(email)
          ? { email }
          : what === 'phone'
            ? { phone: PHONES[phone]! }
            : { lastName: `${what} ${address} ${phone}` }
      there.set(who, customers.update(one.id, edits))
      unheard.push(there.get(who)!)
    }
    if (rest) await hear()
  }
  await hear()
}

test('whatever addresses and phone numbers move between customers, and in whatever order it is reported, each ends with one profile of its own', {
  timeout: 280_000,
}, async () => {
  const runs = Number(process.env.MOVES ?? 60)
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 3, maxLength: 16 }),
      fc.boolean(),
      async (happenings, backwards) => {
        const given = await givenConnectedShop(sandbox)
        await play(given, happenings, backwards)
        const report = await expectLaw(sandbox, given)
        expect(report.otherIssues).toBe(0)
        const ids = await rowsIn(
          sandbox.databaseUrl,
          'select klaviyo_id from profile where shop = $1 and klaviyo_id is not null',
          [given.domain],
        )
        expect(new Set(ids.map((row) => row.klaviyo_id)).size).toBe(ids.length)
      },
    ),
    { numRuns: runs, seed: Number(process.env.MOVES_SEED ?? 20261127) },
  )
})

test('a customer whose phone number is still in a deleted customer’s profile is sent once without it, not again and again', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@example.com', phone: PHONES[0]! })
    shop.customers.create({ email: 'ben@example.com' })
  })
  const [ada, ben] = given.shop.customers.ascending()
  given.shop.customers.remove(ada!.id)
  await tellUndated(given.domain, ada!.id)
  await syncToRest(given.domain)
  const calls = callsSince(sandbox, given.accountId)

  await tell(given.domain, given.shop.customers.update(ben!.id, { phone: PHONES[0]! }))
  await syncToRest(given.domain)

  expect(calls('create_or_update_profile').length).toBeLessThanOrEqual(3)
  await expectLaw(sandbox, given)
})
