import { expect, test } from 'vitest'
import {
  type MappedValue,
  type Meaning,
  meanings,
  plainReading,
  type ValueReading,
} from '#app/core/profile/mapped-values.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { requestsOf } from '#test/support/requests.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tellUndated } from '#test/support/tell.ts'
import { metafield, saveMapped } from '../mapping/given-mapped-shop.ts'
import { chooseLoyalty, looksAt } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const TEXT = 'single_line_text_field'

function row(meaning: Meaning, type: string, reading: Partial<ValueReading> = {}): MappedValue {
  const source = { kind: 'metafield', namespace: 'mage', key: meaning, type, path: [] } as const
  return { on: true, name: `Our ${meaning}`, source, reading: { ...plainReading, ...reading }, meaning }
}

/** What each value is in Shopify before and after it changes, and what its event holds beside these. */
const changes: Readonly<Record<Meaning, { type: string; from: string; to: string; event: Record<string, unknown> }>> = {
  points: {
    ...{ type: 'number_integer', from: '250', to: '200' },
    event: { metric: 'Loyalty points changed', old_value: 250, new_value: 200, change: -50, direction: 'down' },
  },
  tier: {
    ...{ type: TEXT, from: 't1', to: 't2' },
    event: { metric: 'Loyalty tier changed', old_value: 'Silver', new_value: 'Gold', direction: 'up' },
  },
  lifetime_points: {
    ...{ type: 'number_decimal', from: '0.1', to: '0.3' },
    event: { old_value: 0.1, new_value: 0.3, change: 0.2, direction: 'up' },
  },
  points_expiry: {
    ...{ type: 'date', from: '2026-12-01', to: '2027-01-01' },
    event: { old_value: '2026-12-01', new_value: '2027-01-01' },
  },
  referral_link: {
    ...{ type: 'url', from: 'https://example.com/a', to: 'https://example.com/b' },
    event: { old_value: 'https://example.com/a', new_value: 'https://example.com/b' },
  },
  referral_code: {
    ...{ type: TEXT, from: 'ADA10', to: 'ADA15' },
    event: { old_value: 'ADA10', new_value: 'ADA15' },
  },
  status: {
    ...{ type: TEXT, from: 'candidate', to: 'member' },
    event: { old_value: 'candidate', new_value: 'member' },
  },
  store_credit: {
    ...{
      type: 'money',
      from: '{"amount":"10.00","currency_code":"EUR"}',
      to: '{"amount":"7.50","currency_code":"EUR"}',
    },
    event: { old_value: 10, new_value: 7.5, change: -2.5, direction: 'down' },
  },
}

const tierNames = ['Bronze', 'Silver', 'Gold'].map((name, i) => ({ value: `t${i}`, name }))

/** A shop at rest that records changes of some values, with customers who have all of them. */
async function givenRecorded(recorded: readonly Meaning[], customers = 1) {
  const installed = await givenConnectedShop(sandbox, (shop) => {
    for (let i = 0; i < customers; i++) {
      const { id } = shop.customers.create({ email: `c${i}@example.com` })
      for (const kind of meanings)
        shop.customers.setMetafield(id, `mage.${kind}`, metafield(changes[kind].type, changes[kind].from))
    }
  })
  const values = meanings.map((kind) => row(kind, changes[kind].type, kind === 'tier' ? { names: tierNames } : {}))
  await saveMapped(installed, { values })
  await syncToRest(installed.domain)
  expect(await chooseLoyalty(installed, { recorded })).toMatchObject({ kind: 'saved' })
  await syncToRest(installed.domain)
  const given = { ...installed, ...looksAt(sandbox, installed), mapped: values }
  const setAll = async (kinds: readonly Meaning[], count = 1) => {
    const changed = given.ids().slice(0, count)
    for (const id of changed)
      for (const kind of kinds)
        given.shop.customers.setMetafield(id, `mage.${kind}`, metafield(changes[kind].type, changes[kind].to))
    await tellUndated(given.domain, ...changed)
  }
  return { ...given, setAll }
}

const eventOf = (kind: Meaning) => ({
  ...{ metric: 'Loyalty value changed', source_app: 'Mage', backfill: false },
  ...(kind !== 'points' && kind !== 'tier' && { value_name: `Our ${kind}` }),
  ...changes[kind].event,
})

test('every value with a meaning is an event when it changes, with its property’s name, its direction and its app', async () => {
  const given = await givenRecorded(meanings)
  expect(given.recorded()).toEqual([])
  await given.setAll(meanings)
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual(meanings.map(eventOf))
  await expectLaw(sandbox, given)
})

test('of customers in an import, every value that changed is an event', async () => {
  const given = await givenRecorded(['status', 'store_credit'], 60)
  await given.setAll(meanings, 60)
  await syncToRest(given.domain)
  expect(given.calls('bulk_import_profiles').length).toBeGreaterThan(0)
  for (let i = 0; i < 60; i++) expect(given.recordedOf(`c${i}@example.com`)).toHaveLength(2)
  expect(given.recorded().filter((event) => 'value_name' in event && event.value_name === 'Our status')).toHaveLength(
    60,
  )
  await expectLaw(sandbox, given)
})

test('a value that is not chosen is no event, and becomes one from its next change on', async () => {
  const given = await givenRecorded(['points'])
  await given.setAll(['status'])
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([])
  await chooseLoyalty(given, { recorded: ['points', 'status'] })
  await syncToRest(given.domain)
  given.shop.customers.setMetafield(given.ids()[0]!, 'mage.status', metafield(TEXT, 'left'))
  await tellUndated(given.domain, given.ids()[0]!)
  await syncToRest(given.domain)
  expect(given.recorded()).toMatchObject([{ value_name: 'Our status', old_value: 'member', new_value: 'left' }])
})

test('events of a value that is read in another way are not sent any more; those of others are', async () => {
  const given = await givenRecorded(['status', 'referral_link'])
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 600, operations: ['create_event'] })
  await given.setAll(['status', 'referral_link'])
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await requestsOf(sandbox.databaseUrl, given.domain, 'event')).toHaveLength(2)
  const values = given.mapped.map((one) =>
    one.meaning === 'status'
      ? { ...one, reading: { ...plainReading, names: [{ value: 'member', name: 'Member' }] } }
      : one,
  )
  await saveMapped(given, { values })
  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(given.recorded()).toMatchObject([{ value_name: 'Our referral_link' }])
})

test('a value that the app has not written yet keeps the one before, and the next one is compared with that', async () => {
  const given = await givenRecorded(['tier'])
  const values = [row('tier', TEXT, { names: tierNames, blank: 'unknown' })]
  await saveMapped(given, { values })
  await syncToRest(given.domain)
  const setTier = async (value: string) => {
    given.shop.customers.setMetafield(given.ids()[0]!, 'mage.tier', metafield(TEXT, value))
    await tellUndated(given.domain, given.ids()[0]!)
    await syncToRest(given.domain)
  }
  await setTier('')
  expect(given.recorded()).toEqual([])
  await setTier('t0')
  expect(given.recorded()).toMatchObject([{ old_value: 'Silver', new_value: 'Bronze', direction: 'down' }])
  await expectLaw(sandbox, given)
})

test('a tier in a tag is compared by the name that its id has', async () => {
  const installed = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.create({ email: 'c0@example.com', tags: ['inveterate-tier#t1'] }),
  )
  const tag = { kind: 'tag', prefix: 'inveterate-tier#' } as const
  await saveMapped(installed, {
    values: [{ ...row('tier', TEXT, { names: tierNames }), source: tag }],
  })
  await chooseLoyalty(installed, { recorded: ['tier'] })
  await syncToRest(installed.domain)
  const given = { ...installed, ...looksAt(sandbox, installed) }
  const [ada] = given.ids()
  given.shop.customers.removeTags(ada!, 'inveterate-tier#t1')
  given.shop.customers.addTags(ada!, 'inveterate-tier#t2')
  await tellUndated(given.domain, ada!)
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([
    {
      ...{ metric: 'Loyalty tier changed', old_value: 'Silver', new_value: 'Gold', direction: 'up' },
      ...{ source_app: 'Inveterate', backfill: false },
    },
  ])
})
