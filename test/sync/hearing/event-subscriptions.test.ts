import { buildSchema, GraphQLError, isInputObjectType } from 'graphql'
import { afterEach, expect, test, vi } from 'vitest'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { adminSchema } from '#test/sandbox/shopify/admin-api/schema.ts'
import { clock, skip } from '#test/support/clock.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose, versionOf } from '#test/support/settings.ts'
import { fromMetafield, givenLoyaltyShop, mappedTo } from './given-loyalty-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const DAY_MS = 24 * 60 * 60_000
const acme = fromMetafield('acme.points')
const mage = fromMetafield('mage.loyalty', 'points_balance')
const asked = () => sandbox.shopify.log.of('Mutations').length
const sets = () => sandbox.shopify.log.of('SetEventSubscriptions').length

type Subscription = { readonly handle: string; readonly uri: string; readonly triggers: readonly string[] }

/** The mutation as Shopify's unstable version has it, as far as it is used. */
const unstable = buildSchema(`
  type Query { nothing: Boolean }
  type Mutation { eventSubscriptionsSet(eventSubscriptions: [EventSubscriptionInput!]!): EventSubscriptionsSetPayload }
  type EventSubscriptionsSetPayload { userErrors: [EventSubscriptionError!]! }
  type EventSubscriptionError { message: String! }
  input EventSubscriptionInput { handle: String!, topic: String!, actions: [String!]!, triggers: [String!], uri: String! }`)

/** From now on the stand-in is of the unstable version; what it is asked to set is returned. */
function becomeUnstable(answer: (asked: readonly Subscription[]) => object): Subscription[][] {
  const set: Subscription[][] = []
  const fields = adminSchema.getMutationType()!.getFields()
  const types = adminSchema.getTypeMap()
  for (const [name, type] of Object.entries(unstable.getTypeMap())) types[name] ??= type
  expect(isInputObjectType(adminSchema.getType('EventSubscriptionInput'))).toBe(true)
  fields.eventSubscriptionsSet = {
    ...unstable.getMutationType()!.getFields().eventSubscriptionsSet!,
    resolve: (_source, { eventSubscriptions }: { eventSubscriptions: Subscription[] }) => {
      set.push(eventSubscriptions)
      return answer(eventSubscriptions)
    },
  }
  return set
}

afterEach(() => {
  delete adminSchema.getMutationType()!.getFields().eventSubscriptionsSet
  skip(DAY_MS)
})

test('in the version that is used nothing is set; a process asks once, and says so once', async () => {
  const lines: string[] = []
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
  const given = await givenLoyaltyShop(sandbox, acme)
  await choose(given, 'mapping', { values: [mappedTo('Points', acme), mappedTo('More', fromMetafield('acme.more'))] })
  await syncToRest(given.domain)
  written.mockRestore()
  expect(asked()).toBe(1)
  expect(sets()).toBe(0)
  expect(lines.filter((line) => line.includes('event_subscriptions_absent'))).toHaveLength(1)
})

test('where the API has the mutation, Shopify is asked to tell of what is mapped and has no trigger', async () => {
  const set = becomeUnstable(() => ({ userErrors: [] }))
  const given = await givenLoyaltyShop(sandbox, mage)
  expect(set, 'of what has a trigger it tells already').toEqual([])

  const values = [
    ...[mage, acme, fromMetafield('app--1--acme.tier')].map((source, i) => mappedTo(`P${i}`, source)),
    mappedTo('Tag', { kind: 'tag', prefix: 'vip:' }),
    { ...mappedTo('Off', fromMetafield('acme.off')), on: false },
    mappedTo('Odd', fromMetafield("acme.o'dd")),
  ]
  const rows = values.map((row, i) => ({ ...row, meaning: i === 0 ? row.meaning : null }))
  expect(
    await saveSetting(given.domain, 'mapping', {
      version: await versionOf(given),
      choice: { ...(await import('#app/core/profile/mapped-fields.ts')).defaultMapping, values: rows },
      now: clock(),
    }),
  ).toMatchObject({ kind: 'saved' })
  await syncToRest(given.domain)
  expect(set).toEqual([
    [
      {
        handle: 'lockstep-mapped',
        topic: 'Customer',
        actions: ['update'],
        triggers: [
          "customer.metafield(namespace: 'acme', key: 'points').value",
          "customer.metafield(namespace: 'app--1--acme', key: 'tier').value",
        ],
        uri: expect.stringMatching(/^https:.*\/events\/customers$/),
      },
    ],
  ])
})

test('a refusal holds up nothing: the mapping is saved, and customers are synced', async () => {
  becomeUnstable(() => ({ userErrors: [{ message: 'Trigger is not supported' }] }))
  const given = await givenLoyaltyShop(sandbox, acme)
  expect(sets()).toBe(2)
  becomeUnstable(() => {
    throw new GraphQLError('Internal error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })
  })
  await choose(given, 'mapping', { values: [mappedTo('Points', fromMetafield('acme.other'))] })
  given.shop.customers.replaceSilently(given.id(), ({ metafields }) => ({
    metafields: {
      ...metafields,
      'acme.other': { type: 'number_integer', value: '7', updatedAt: '2026-11-01T10:00:00Z' },
    },
  }))
  await syncToRest(given.domain)
  expect(given.points()).toBe(7)
})
