import { expect, test } from 'vitest'
import { writersOf } from '#app/core/loyalty/foreign-names.ts'
import { guessedMeaning, loyaltyNames } from '#app/core/loyalty/property-names.ts'
import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, meanings, plainReading, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { mappingFaults } from '#app/core/profile/mapping-faults.ts'
import { readingWords } from '#app/ui/copy/mapped-value.ts'
import { sourceWords } from '#app/ui/copy/mapping.ts'
import { jsonNodes } from '#app/ui/mapping/json-nodes.ts'
import { JsonTree } from '#app/ui/mapping/json-tree.tsx'
import {
  isMapped,
  withInsisted,
  withMeaning,
  withSource as withSourceSeen,
  withValue,
} from '#app/ui/mapping/mapping-draft.ts'
import { offeredFields } from '#app/ui/mapping/offered-fields.ts'
import { seenValues } from '#app/ui/mapping/seen-values.ts'
import { ValueNames } from '#app/ui/mapping/value-names.tsx'
import { ValueReadingFields } from '#app/ui/mapping/value-reading.tsx'
import { drawnHtml, t, textIn } from './drawn.tsx'
import { givenLook, partOf, seenField, smileTier } from './given-look.ts'

const empty: Mapping = { ...defaultMapping, values: [] }
const nothing = () => undefined
const words = { t, language: 'en' }
const withSource = (mapping: Mapping, source: ValueSource) => withSourceSeen(mapping, source, givenLook())

test('where a value is found is said in words', () => {
  expect(sourceWords(t, partOf('tiers', 0, 'name'))).toBe('perks.member → tiers[0].name')
  expect(sourceWords(t, { kind: 'tag', prefix: 'VIP: ' })).toBe('Tag that begins with “VIP: ”')
  expect(sourceWords(t, { kind: 'store_credit' })).toBe('Store credit balance')
})

test('a value whose name says what it is gets that meaning, and a name that reads well', () => {
  const added = (...path: readonly (string | number)[]) => withSource(empty, partOf(...path)).values[0]
  expect(added('points')).toMatchObject({ name: 'Loyalty Points Balance', meaning: 'points' })
  expect(added('tiers', 0, 'name')).toMatchObject({ name: 'Loyalty Tier', meaning: 'tier' })
  expect(added('shoe_size')).toMatchObject({ name: 'perks_member_shoe_size', meaning: null })
  expect(withSource(empty, { kind: 'tag', prefix: 'Rivo Membership Tier: ' }).values[0]?.name).toBe('Loyalty Tier')
  expect(withSource(empty, { kind: 'tag', prefix: 'Shirt: ' }).values[0]?.name).toBe('Shirt')
})

test('the words of a name say what it is only if they leave no doubt', () => {
  const guesses = ['pointsBalance', 'lifetime_points', 'points_expire_at', 'referral_link', 'vip_tier', 'vipTierName']
  expect(guesses.map(guessedMeaning)).toEqual([
    'points',
    'lifetime_points',
    'points_expiry',
    'referral_link',
    'tier',
    'tier',
  ])
  for (const name of ['appointments', 'frontier', 'points_redeemed', 'tier_id', 'redeemed points at', 'x'])
    expect([name, guessedMeaning(name)]).toEqual([name, null])
})

test('a second value of the same meaning is added without a meaning, under its own name', () => {
  const twice = withSource(withSource(empty, partOf('points')), partOf('old', 'points'))
  expect(twice.values[1]).toMatchObject({ name: 'perks_member_old_points', meaning: null })
  expect(mappingFaults(twice).rows.size).toBe(0)
})

test('the two values that every shop begins with make room if no customer has them', () => {
  const names = ({ values }: Mapping) => values.map(({ name }) => name)
  expect(names(withSource(defaultMapping, partOf('points')))).toEqual(['loyalty_tier', 'Loyalty Points Balance'])
  const seen = givenLook({ fields: [seenField({ namespace: 'loyalty', key: 'points', type: 'number_integer' })] })
  expect(names(withSourceSeen(defaultMapping, partOf('points'), seen))).toEqual([
    'loyalty_points',
    'loyalty_tier',
    'perks_member_points',
  ])
})

test('choosing a meaning renames a value that was just added, and no name that was typed or saved', () => {
  const added = withSource(empty, partOf('level'))
  const named = (mapping: Mapping, isSaved = false) => {
    const [row] = mapping.values
    return row && withMeaning(mapping, row, { meaning: 'tier', isSaved, look: givenLook() }).values[0]?.name
  }
  expect(named(added)).toBe('Loyalty Tier')
  expect(named(withValue(added, 0, { name: 'My tier' }))).toBe('My tier')
  expect(named(added, true)).toBe('perks_member_level')
})

test('no default name is one that another app writes by itself', () => {
  for (const meaning of meanings) expect([meaning, writersOf(loyaltyNames[meaning])]).toEqual([meaning, []])
})

test('a name that another app writes can be used once the merchant insists', () => {
  const foreign = withValue(withSource(empty, partOf('points')), 0, { name: 'Points Balance' })
  expect([...mappingFaults(foreign).rows.values()]).toEqual(['foreign'])
  const insisted = withInsisted(foreign, 'Points Balance', true)
  expect(mappingFaults(insisted).rows.size).toBe(0)
  expect(withInsisted(insisted, 'Points Balance', false)).toEqual(foreign)
})

test('how a value is read is summed up beside it', () => {
  expect(readingWords(words, plainReading)).toBe('')
  expect(readingWords(words, smileTier.reading)).toBe('Text · “-” means none · blank keeps what Klaviyo has')
  expect(readingWords(words, { ...plainReading, as: 'number', names: [{ value: '1', name: 'One' }] })).toBe(
    'Number · 1 name',
  )
})

test('the meaning is chosen in the row; how the value is read is folded', () => {
  const html = rowHtml(smileTier)
  expect(textIn(html)).toContain('Meaning of Smile tier')
  expect(html).toMatch(/<option value="tier" selected="">Tier/)
  expect(html).toMatch(/aria-expanded="false"[^>]*>.*How it is read/)
  expect(html).not.toContain('Values that mean')
})

test('another row with the same meaning is an error beside the meaning', () => {
  expect(textIn(rowHtml(smileTier, true))).toContain('Another row has the same meaning.')
})

test('the values that customers have are listed for the merchant to name', () => {
  const names = [{ value: '3f2a', name: 'Gold' }]
  const html = drawnHtml(
    <ValueNames label="Tier" names={names} seen={['3f2a', '9c01']} disabled={false} onChange={nothing} />,
  )
  expect(textIn(html)).toContain('3f2a Name for 3f2a')
  expect(html).toContain('value="Gold"')
  expect(textIn(html)).toContain('9c01 Name for 9c01')
})

test('seen values are those of the same metafield, of the path, or the endings of the tag', () => {
  const field = seenField({ type: 'single_line_text_field', values: ['Gold', ' ', 'x'.repeat(100)] })
  const look = givenLook({ fields: [field], tagPrefixes: [{ prefix: 'vip:', endings: ['a', 'b'] }] })
  expect(seenValues(rowFor(partOf()), look)).toEqual(['Gold'])
  expect(seenValues(rowFor({ kind: 'tag', prefix: 'vip:' }), look)).toEqual(['a', 'b'])
  const json = givenLook({ fields: [seenField()] })
  expect(seenValues(rowFor(partOf('tiers', 0, 'name')), json)).toEqual(['Gold'])
  expect(seenValues(rowFor(partOf('tiers', 1, 'name')), json)).toEqual([])
  expect(seenValues(rowFor(partOf('points')), { kind: 'unavailable' })).toEqual([])
})

test('a balance has no values to name', () => {
  const look = givenLook({ fields: [seenField()] })
  expect(seenValues({ ...rowFor(partOf('points')), meaning: 'points' }, look)).toEqual([])
  expect(seenValues({ ...rowFor(partOf('points')), reading: { ...plainReading, as: 'number' } }, look)).toEqual([])
})

test('every simple value in the JSON of a customer can be selected, also one that is null', () => {
  const html = treeHtml(seenField().values[0] ?? '')
  const text = textIn(html)
  for (const path of ['points', 'tiers[0].name', 'since', 'labels', 'labels[1]']) expect(text).toContain(`Add ${path}`)
  expect(html.match(/<button/g)).toHaveLength(6)
  expect(text).toContain('points 120')
})

test('a value that was selected is marked, and keeps the focus', () => {
  const html = treeHtml('{"points":1}', () => true)
  expect(html).toContain('aria-disabled="true"')
  expect(html).not.toMatch(/ disabled=""/)
  expect(textIn(html)).toContain('Added')
})

test('JSON that is too long or too deep is cut, and that is said', () => {
  const long = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 'v'.repeat(20)])))
  const html = treeHtml(long)
  expect(html.match(/<button/g)).toHaveLength(200)
  expect(textIn(html)).toContain('Only the first values are shown.')
  const deep = jsonNodes(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`)
  expect(deep?.isCut).toBe(true)
})

test('text that is no JSON object has no tree', () => {
  for (const text of ['', 'Gold', '12', '"{}"', '{"a":']) expect([text, jsonNodes(text)]).toEqual([text, null])
})

test('a hostile name in JSON is text like any other', () => {
  const html = treeHtml('{"__proto__":"<script>alert(1)</script>","constructor":1}')
  expect(html).not.toContain('<script>')
  expect(html.match(/<button/g)).toHaveLength(2)
})

test('metafields without a definition are offered too, and those that customers have come first', () => {
  const definition = { namespace: 'custom', key: 'size', name: 'Size', type: 'number_integer', readable: true }
  const offered = offeredFields([definition], givenLook({ fields: [seenField()] }))
  expect(offered?.map(({ name }) => name)).toEqual(['perks.member', 'Size'])
  expect(offeredFields(null, { kind: 'unavailable' })).toBeNull()
  expect(offeredFields(null, givenLook({ fields: [seenField()] }))).toHaveLength(1)
})

test('a path and the whole metafield are different values', () => {
  const mapping = withSource(empty, partOf('points'))
  expect(isMapped(mapping, partOf('points'))).toBe(true)
  expect(isMapped(mapping, partOf())).toBe(false)
})

function rowFor(source: ValueSource): MappedValue {
  return { on: true, name: 'x', source, reading: plainReading, meaning: null }
}

function rowHtml(row: MappedValue, hasMeaningTwice = false): string {
  const props = { row, hasMeaningTwice, label: 'Smile tier', seen: [], disabled: false }
  return drawnHtml(<ValueReadingFields {...props} onMeaning={nothing} onReading={nothing} />)
}

function treeHtml(json: string, isMapped: () => boolean = () => false): string {
  const nodes = jsonNodes(json) ?? { nodes: [], isCut: false }
  return drawnHtml(<JsonTree {...nodes} label="Values" disabled={false} isMapped={isMapped} onSelect={nothing} />)
}
