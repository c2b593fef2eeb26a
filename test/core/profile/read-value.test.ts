import { expect, test, vi } from 'vitest'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { pathText, type ValueReading } from '#app/core/profile/mapped-values.ts'
import { readValue } from '#app/core/profile/read-value.ts'
import { parseChoice } from '#app/core/settings/settings.ts'
import { givenCustomer } from './given-customer.ts'
import { givenMapping, givenTagValue, givenValue } from './given-mapping.ts'

const value = (value: unknown, currency: string | null = null) => ({ kind: 'value', value, currency })
const nothing = { kind: 'nothing' }
const unknown = { kind: 'unknown' }

function readMetafield(text: string | null, type: string, row: Parameters<typeof givenValue>[0] = {}) {
  const metafields = text === null ? {} : { 'loyalty.points': { type, value: text } }
  return readValue(givenCustomer({ metafields }), givenValue(row))
}

const readTags = (tags: readonly string[], reading: Partial<ValueReading> = {}) =>
  readValue(givenCustomer({ tags }), givenTagValue('tier:', reading))

const mage =
  '{"points_balance":90,"lifetime_points":400,"vip_tier":"Silver","status":null,"history":[{"at":1},{"at":2}],"badges":["a","b"],"big":9007199254740993,"__proto__":{"tier":"Owned"}}'

test.each([
  [['points_balance'], value(90)],
  [['vip_tier'], value('Silver')],
  [['status'], nothing],
  [['referral'], nothing],
  [['history', 1, 'at'], value(2)],
  [['history', 2, 'at'], nothing],
  [['history', 'length'], nothing],
  [['history', '0'], nothing],
  [['history', 0], value('{"at":1}')],
  [['badges'], value(['a', 'b'])],
  [['vip_tier', 'length'], nothing],
  [['points_balance', 'toFixed'], nothing],
  [['constructor'], nothing],
  [['toString', 'name'], nothing],
  [['__proto__', 'tier'], value('Owned')],
  [['big'], value('9007199254740993')],
])('of a JSON metafield, %j gives %j', (path, read) => {
  expect(readMetafield(mage, 'json', { path })).toEqual(read)
})

test.each([
  ['no JSON', 'Gold', { kind: 'invalid', why: 'not_json' }],
  ['half of a JSON text', '{"tier":"Go', { kind: 'invalid', why: 'not_json' }],
  ['a JSON text that is no object', '"Gold"', nothing],
  ['a list instead of an object', '[{"tier":"Gold"}]', nothing],
  ['null', 'null', nothing],
  ['an empty text', '', nothing],
  ['128 KB', JSON.stringify({ filler: 'x'.repeat(128_000), tier: 'Gold' }), value('Gold')],
])('a path into %s is read without a crash', (_what, text, read) => {
  expect(readMetafield(text, 'json', { path: ['tier'] })).toEqual(read)
})

test.each([
  ['90', value(90)],
  ['18.25', value(18.25)],
  ['-40', value(-40)],
  ['1000000000000000', value(1e15)],
  ['12345678901234567890', value('12345678901234567890')],
  ['1,250', { kind: 'invalid', why: 'not_number' }],
  ['1.250,00', { kind: 'invalid', why: 'not_number' }],
  ['90 points', { kind: 'invalid', why: 'not_number' }],
  ['0x1F', { kind: 'invalid', why: 'not_number' }],
  ['1e5', { kind: 'invalid', why: 'not_number' }],
  ['+5', { kind: 'invalid', why: 'not_number' }],
  ['5.', { kind: 'invalid', why: 'not_number' }],
  ['.5', { kind: 'invalid', why: 'not_number' }],
  ['NaN', { kind: 'invalid', why: 'not_number' }],
  ['', nothing],
])('as a number, the text %j gives %j, and never a false 0', (text, read) => {
  const reading = { as: 'number' as const }
  expect(readMetafield(text, 'single_line_text_field', { reading })).toEqual(read)
  expect(readMetafield(JSON.stringify({ n: text }), 'json', { path: ['n'], reading })).toEqual(read)
})

test.each([
  ['2026-02-05', value('2026-02-05')],
  ['2026/02/05', value('2026-02-05')],
  ['2026-02-05T10:00:00', value('2026-02-05T10:00:00Z')],
  ['2026-02-05 10:00:00', value('2026-02-05T10:00:00Z')],
  ['2026-02-05T10:00:00+02:00', value('2026-02-05T10:00:00+02:00')],
  ['2026-02-05T10:00:00 +0200', value('2026-02-05T10:00:00+02:00')],
  ['1770285600', value('2026-02-05T10:00:00.000Z')],
  ['1770285600000', value('2026-02-05T10:00:00.000Z')],
  ['05/02/2026', { kind: 'invalid', why: 'not_date' }],
  ['2026-02-30', { kind: 'invalid', why: 'not_date' }],
  ['2026-02-05T25:00:00Z', { kind: 'invalid', why: 'not_date' }],
  ['2026-02-05T24:00:00Z', { kind: 'invalid', why: 'not_date' }],
  ['0000000000', { kind: 'invalid', why: 'not_date' }],
  ['soon', { kind: 'invalid', why: 'not_date' }],
])('as a date, %j gives %j', (text, read) => {
  expect(readMetafield(text, 'single_line_text_field', { reading: { as: 'date' } })).toEqual(read)
})

test.each([
  ['boolean', 'true', value(true)],
  ['boolean', 'false', value(false)],
  ['boolean', '1', { kind: 'invalid', why: 'not_boolean' }],
  ['text', '007', value('007')],
  ['money', '{"amount":"5.99","currency_code":"CAD"}', value(5.99, 'CAD')],
  ['money', '18.25', value(18.25)],
  ['money', 'much', { kind: 'invalid', why: 'not_money' }],
] as const)('as %s, %j gives %j', (as, text, read) => {
  expect(readMetafield(text, 'single_line_text_field', { reading: { as } })).toEqual(read)
})

test('a list is no text, number or date', () => {
  const list = '{"list":[1,2]}'
  for (const as of ['text', 'number', 'date', 'boolean', 'money'] as const)
    expect(readMetafield(list, 'json', { path: ['list'], reading: { as } })).toEqual({
      kind: 'invalid',
      why: `not_${as}`,
    })
})

test('an id is sent as the name that the merchant gave it, and an id without a name as it is', () => {
  const names = [
    { value: 'a1b2', name: 'Gold' },
    { value: 'constructor', name: 'Founder' },
  ]
  expect(readMetafield('a1b2', 'single_line_text_field', { reading: { names } })).toEqual(value('Gold'))
  expect(readMetafield('constructor', 'single_line_text_field', { reading: { names } })).toEqual(value('Founder'))
  expect(readMetafield('toString', 'single_line_text_field', { reading: { names } })).toEqual(value('toString'))
  expect(readMetafield('7', 'number_integer', { reading: { names } })).toEqual(value(7))
})

test('only an explicit nothing clears, if blank means that the app has not written the value yet', () => {
  const reading = { nothing: ['-', 'None'], notYet: ['Pending'], blank: 'unknown' as const }
  expect(readMetafield('-', 'single_line_text_field', { reading })).toEqual(nothing)
  expect(readMetafield(' none ', 'single_line_text_field', { reading })).toEqual(nothing)
  for (const blank of ['', '  ', null])
    expect(readMetafield(blank, 'single_line_text_field', { reading })).toEqual(unknown)
  expect(readMetafield('{"tier":""}', 'json', { path: ['tier'], reading })).toEqual(unknown)
  expect(readMetafield('{"rank":"Gold"}', 'json', { path: ['tier'], reading }), 'a part that is absent').toEqual(
    unknown,
  )
  expect(readMetafield('{"tier":null}', 'json', { path: ['tier'], reading })).toEqual(nothing)
  expect(readTags(['vip'], reading)).toEqual(unknown)
  expect(readTags(['tier:-'], reading)).toEqual(nothing)
})

test('a tag is read by its beginning, and two that say different things contradict each other', () => {
  expect(readTags(['vip', 'tier: Gold ', 'my tier:Silver'])).toEqual(value('Gold'))
  expect(readTags(['tier:'])).toEqual(nothing)
  expect(readTags([])).toEqual(nothing)
  expect(readTags(['tier:', 'tier:Gold']), 'a tag that is only the beginning').toEqual(value('Gold'))
  expect(readTags(['tier:Gold', 'tier:Silver'])).toEqual({ kind: 'conflict' })
  expect(readTags(['tier:Gold', 'tier: Gold'])).toEqual(value('Gold'))
  const names = [
    { value: '1a', name: 'Gold' },
    { value: '2b', name: 'Gold' },
  ]
  expect(readTags(['tier:1a', 'tier:2b'], { names }), 'two ids of one level').toEqual(value('Gold'))
})

test('what is not known is neither sent nor cleared, and what is wrong is named as well', () => {
  const values = [
    givenValue({ name: 'Balance', reading: { as: 'number' } }),
    givenValue({ key: 'tier', name: 'Tier', reading: { blank: 'unknown' } }),
    givenValue({ key: 'since', name: 'Since', on: false, reading: { blank: 'unknown' } }),
  ]
  const metafields = { 'loyalty.points': { type: 'single_line_text_field', value: '1,250' } }
  const mapped = mapCustomer(givenCustomer({ metafields }), 'ada@example.com', givenMapping({ values }))
  expect(mapped.profile.properties).not.toHaveProperty('Balance')
  expect(mapped.kept).toEqual([
    'properties.Balance',
    'properties.Balance_currency',
    'properties.Tier',
    'properties.Tier_currency',
  ])
  expect(mapped.invalid).toEqual([{ field: 'properties.Balance', why: 'not_number' }])
})

test('a path is written as programmers write it', () => {
  expect(pathText(['tiers', 0, 'name'])).toBe('tiers[0].name')
  expect(pathText(['my points', 'größe'])).toBe('["my points"].größe')
  expect(pathText([])).toBe('')
})

test.each([
  ['swell_point_balance', 'foreign'],
  ['stamped_rewards_points', 'foreign'],
  ['Points Balance', 'foreign'],
  ['VIP Tier Name', 'foreign'],
  ['Loyalty Points Balance', null],
])('a name that another app writes itself is used only if the merchant insists: %s', (name, fault) => {
  const values = [givenValue({ name })]
  expect(parseChoice('mapping', givenMapping({ values })) === null).toBe(fault !== null)
  expect(parseChoice('mapping', givenMapping({ values, insisted: [name] }))).not.toBeNull()
  expect(parseChoice('mapping', givenMapping({ values: [{ ...values[0]!, on: false }] }))).not.toBeNull()
})

test('no two rows are the points', () => {
  const values = [givenValue({ meaning: 'points' }), givenValue({ key: 'other', name: 'other', meaning: 'points' })]
  expect(parseChoice('mapping', givenMapping({ values }))).toBeNull()
  expect(parseChoice('mapping', givenMapping({ values: [values[0]!, { ...values[1]!, on: false }] }))).not.toBeNull()
})

test('a JSON metafield is parsed once for all its rows', () => {
  const fields = Array.from({ length: 50 }, (_, i) => [`f${i}`, i])
  const json = JSON.stringify(Object.fromEntries(fields))
  const parse = vi.spyOn(JSON, 'parse')
  for (const [name, value] of fields)
    expect(readMetafield(json, 'json', { path: [name as string] })).toMatchObject({ kind: 'value', value })
  expect(parse).toHaveBeenCalledTimes(1)
  parse.mockRestore()
})

test.each([
  [['Tier:Gold'], value('Gold')],
  [['TIER:Gold', 'tier:Gold'], value('Gold')],
  [['TIER:Gold', 'tier:Silver'], { kind: 'conflict' }],
  [['İtier:Gold'], nothing],
] as const)('a tag begins as its row says whether letters are capitals or not: %j', (tags, read) => {
  expect(readTags(tags)).toEqual(read)
})

test('an accented letter in a tag may be one character or two', () => {
  const row = givenTagValue('Fidélité: ')
  expect(readValue(givenCustomer({ tags: ['Fidélité: Or'.normalize('NFD')] }), row)).toEqual(value('Or'))
})
