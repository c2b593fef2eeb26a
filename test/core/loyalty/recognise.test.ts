import { expect, test } from 'vitest'
import { recognise } from '#app/core/loyalty/recognise.ts'
import type { SampledCustomer, SampledMetafield } from '#app/core/loyalty/seen-fields.ts'
import { withFoundApp } from '#app/core/loyalty/with-found-app.ts'
import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, plainReading, sourceName } from '#app/core/profile/mapped-values.ts'
import { MAX_VALUES } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { parseChoice } from '#app/core/settings/settings.ts'

const TEXT = 'single_line_text_field'

function metafield(name: string, value: string, type = TEXT, updatedAt = '2026-11-01T10:00:00Z'): SampledMetafield {
  const [namespace = '', key = ''] = name.split('.')
  return { namespace, key, type, value, updatedAt }
}

function customer(metafields: readonly SampledMetafield[], tags: readonly string[] = []): SampledCustomer {
  return { label: 'Ada', tags, metafields }
}

function definition(name: string, differs: Partial<MetafieldDefinition> = {}): MetafieldDefinition {
  const [namespace = '', key = ''] = name.split('.')
  return { namespace, key, name: key, type: TEXT, readable: true, ...differs }
}

const smile = metafield('smile.vip_tier_name', 'Gold')
const mage = (object: object) => metafield('mage.loyalty', JSON.stringify(object), 'json')
const look = (sample: readonly SampledCustomer[], definitions: readonly MetafieldDefinition[] = []) =>
  recognise(definitions, sample, defaultMapping)
const idsOf = ({ apps }: ReturnType<typeof recognise>) => apps.map(({ id }) => id)
const sourcesOf = (rows: readonly MappedValue[]) => rows.map(({ source }) => sourceName(source))

test('a shop without a known app has none, and its fields and tags are shown to map by hand', () => {
  const sample = [
    customer([metafield('acme.points', '5', 'number_integer')], ['vip:Gold', 'new']),
    customer([metafield('acme.points', '7', 'number_integer')], ['vip:Silver']),
  ]
  expect(look(sample, [definition('acme.since', { name: 'Member since', type: 'date' })])).toEqual({
    kind: 'looked',
    apps: [],
    fields: [
      {
        namespace: 'acme',
        key: 'points',
        type: 'number_integer',
        name: null,
        readable: true,
        customers: 2,
        values: ['5', '7'],
      },
      { namespace: 'acme', key: 'since', type: 'date', name: 'Member since', readable: true, customers: 0, values: [] },
    ],
    tagPrefixes: [{ prefix: 'vip:', endings: ['Gold', 'Silver'] }],
  })
})

test('of two apps the one that more customers have comes first', () => {
  const both = [customer([smile]), customer([mage({ points_balance: 1 })]), customer([mage({ points_balance: 2 })])]
  expect(idsOf(look(both))).toEqual(['mage', 'smile'])
  expect(idsOf(look([...both, customer([smile]), customer([smile])]))).toEqual(['smile', 'mage'])
})

test('the namespace that themes use too is easyPoints only with a field of its own', () => {
  const generic = [metafield('loyalty.points', '5'), metafield('loyalty.tier', 'Gold')]
  expect(idsOf(look([customer(generic)]))).toEqual([])
  expect(idsOf(look([customer([metafield('loyalty.expires_at', '2027-01-01')])]))).toEqual([])
  expect(idsOf(look([customer([...generic, metafield('loyalty.balance', '5', 'number_integer')])]))).toEqual([
    'easypoints',
  ])
  expect(idsOf(look([], [definition('loyalty.tier_uid')]))).toEqual(['easypoints'])
})

test('a field that may not be read is named and not offered', () => {
  const found = look([], [definition('smile.vip_tier_name', { readable: false })])
  expect(found.apps).toMatchObject([
    { id: 'smile', rows: [], samples: [], unreadable: [{ namespace: 'smile', key: 'vip_tier_name' }], isMapped: false },
  ])
  expect(found.fields).toMatchObject([{ readable: false, values: [] }])
})

test('of three customers it shows what each row would give, and no more than three', () => {
  const tiers = ['Gold', '-', '', 'Silver', 'Bronze']
  const [app] = look(tiers.map((tier) => customer([metafield('smile.vip_tier_name', tier)]))).apps
  expect(app?.samples.map(({ values }) => values)).toEqual([['Gold'], ['Silver'], ['Bronze']])
  const [money] = look([
    customer([
      metafield('app--60169453569--memberr_v2.current_balance', '{"amount":"5.00","currency_code":"EUR"}', 'money'),
    ]),
  ]).apps
  expect(money?.samples[0]?.values).toEqual(['5 EUR', null])
})

test('of an undocumented JSON only the parts that occur are offered', () => {
  const appstle = (object: object) =>
    look([customer([metafield('appstle_loyalty.customer_loyalty', JSON.stringify(object), 'json')])]).apps[0]!
  expect(sourcesOf(appstle({ point_balance: '5', tier: 'Gold' }).rows)).toEqual([
    'appstle_loyalty.customer_loyalty point_balance',
    'appstle_loyalty.customer_loyalty tier',
  ])
  expect(appstle({ enabled: true })).toMatchObject({ id: 'appstle', rows: [] })
  expect(appstle(['constructor', '__proto__']).rows).toEqual([])
})

test('an app that has moved to a namespace of its own is found there, and what it left behind is not used', () => {
  const moved = 'app--18394152961--appstle_loyalty.customer_loyalty'
  const [app] = look([
    customer([
      metafield('appstle_loyalty.customer_loyalty', '{"points":5}', 'json'),
      metafield(moved, '{"points":7}', 'json', '2026-11-02T10:00:00Z'),
    ]),
  ]).apps
  expect(sourcesOf(app!.rows)).toEqual([`${moved} points`])
  expect(app?.samples[0]?.values).toEqual(['7'])
})

test('Rivo is found by its name, or by the two fields that it always writes', () => {
  const keys = ['account_activated_at', 'first_redeemed_at', 'points_balance', 'vip_tier']
  const found = (namespace: string) => look([customer(keys.map((key) => metafield(`${namespace}.${key}`, '5')))])
  expect(sourcesOf(found('x1').apps[0]!.rows)).toEqual(['x1.points_balance', 'x1.vip_tier'])
  expect(idsOf(look([customer([metafield('app--1--rivo.points_balance', '5')])]))).toEqual(['rivo'])
  expect(idsOf(look([customer([metafield('arrivo.points_balance', '5')])]))).toEqual([])
})

test('JSON of 128 KB is shown once, and text that is no JSON is no path', () => {
  const long = mage({ points_balance: 5, vip_tier: 'Gold', history: 'x'.repeat(130_000) })
  const found = look([customer([long]), customer([metafield('mage.loyalty', '90 points', TEXT)])])
  expect(found.apps[0]?.samples.map(({ values }) => values)).toEqual([['5', 'Gold', null, null]])
  expect(found.fields[0]?.values).toEqual([long.value])
  const many = ['a', 'b', 'c', 'd'].map((key) => metafield(`big.${key}`, `"${'x'.repeat(130_000)}"`, 'json'))
  expect(look([customer(many)]).fields.map(({ values }) => values.length)).toEqual([1, 1, 0, 0])
})

const row = (name: string, source: MappedValue['source'], meaning: MappedValue['meaning']): MappedValue => {
  return { on: true, name, source, reading: plainReading, meaning }
}
const loyalty = (key: string) => ({ kind: 'metafield', namespace: 'loyalty', key, type: TEXT, path: [] }) as const
const withValues = (...values: MappedValue[]): Mapping => ({ ...defaultMapping, values })
const press = (mapping: Mapping, sample: readonly SampledCustomer[]) => {
  const { apps } = recognise([], sample, mapping)
  const next = withFoundApp(mapping, apps[0]!)
  expect(parseChoice('mapping', next)).not.toBeNull()
  return next.values.map((row) => [row.name, sourceName(row.source)])
}

test('one press replaces the rows that every shop begins with, unless customers have their values', () => {
  expect(press(defaultMapping, [customer([smile])])).toEqual([['Loyalty Tier', 'smile.vip_tier_name']])
  expect(
    press(defaultMapping, [customer([smile, metafield('loyalty.points', '5'), metafield('loyalty.tier', 'Gold')])]),
  ).toEqual([
    ['loyalty_points', 'loyalty.points'],
    ['loyalty_tier', 'smile.vip_tier_name'],
  ])
})

test('a row that the merchant mapped keeps its name, and one of the same place its names for values', () => {
  const mine = row('VIP level', { kind: 'tag', prefix: 'vip:' }, 'tier')
  expect(press(withValues(mine), [customer([smile])])).toEqual([['VIP level', 'smile.vip_tier_name']])

  const named = { ...plainReading, names: [{ value: 'ab12', name: 'Gold' }] }
  const same = { ...row('Level', { kind: 'tag', prefix: 'inveterate-tier#' }, null), reading: named }
  const { apps } = recognise([], [customer([], ['inveterate-tier#ab12'])], withValues(same))
  expect(apps[0]).toMatchObject({ isMapped: false, samples: [{ values: [null, 'Gold'] }] })
  expect(withFoundApp(withValues(same), apps[0]!).values).toMatchObject([
    { name: 'Loyalty Store Credit' },
    { name: 'Level', reading: named, meaning: 'tier' },
  ])
})

test('no name is used twice, and no more rows are added than may be mapped', () => {
  const other = row('Loyalty Tier', loyalty('level'), null)
  expect(press(withValues(other), [customer([smile])])).toEqual([
    ['Loyalty Tier', 'loyalty.level'],
    ['Loyalty Tier 2', 'smile.vip_tier_name'],
  ])
  const full = Array.from({ length: MAX_VALUES }, (_, i) => row(`p${i}`, loyalty(`k${i}`), null))
  expect(press(withValues(...full), [customer([smile])])).toHaveLength(MAX_VALUES)
})
