import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { MAX_VALUES } from '#app/core/profile/mapping-faults.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { ask, profileBody } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'
import { givenAda, mapped, metafield, saveMapped } from './given-mapped-shop.ts'

const sandbox = useSandbox()

test('each type arrives in Klaviyo as what it is', async () => {
  const metafields = {
    'loyalty.points': metafield('number_integer', '250'),
    'loyalty.rate': metafield('number_decimal', '1.5'),
    'loyalty.vip': metafield('boolean', 'true'),
    'loyalty.since': metafield('date', '2026-01-31'),
    'loyalty.seen': metafield('date_time', '2026-11-01T10:00:00'),
    'loyalty.credit': metafield('money', '{"amount":"5.99","currency_code":"CAD"}'),
    'loyalty.badges': metafield('list.single_line_text_field', '["early","loud"]'),
    'loyalty.raw': metafield('json', '{"a":[1]}'),
  }
  const given = await givenAda(sandbox, { metafields })
  const keys = Object.keys(metafields).map((name) => name.slice('loyalty.'.length))
  await saveMapped(given, { values: keys.map((key) => mapped(key, `My ${key}`)) })
  await syncToRest(given.domain)

  expect(given.properties()).toMatchObject({
    'My points': 250,
    'My rate': 1.5,
    'My vip': true,
    'My since': '2026-01-31',
    'My seen': '2026-11-01T10:00:00Z',
    'My credit': 5.99,
    'My credit_currency': 'CAD',
    'My badges': ['early', 'loud'],
    'My raw': '{"a":[1]}',
  })
  await expectLaw(sandbox, given)
})

test('characters that no text may contain are left out, and a number keeps its digits, in a full sync and live', async () => {
  const metafields = { 'loyalty.points': metafield('number_decimal', '9999999999999.999999999') }
  const given = await givenAda(sandbox, { lastName: 'Love\0lace', tags: ['v\ud83dip'], metafields })
  expect(given.attributes().last_name).toBe('Lovelace')
  expect(given.properties()).toMatchObject({ loyalty_points: '9999999999999.999999999', shopify_tags: ['vip'] })

  given.shop.customers.update(given.ada.id, { firstName: '\ud83dAda\0' })
  await tell(given.domain, given.ada)
  await syncToRest(given.domain)
  expect(given.attributes()).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' })
  await expectLaw(sandbox, given)
})

test('an address with a character that no text may contain is an issue, not the address without it', async () => {
  const given = await givenAda(sandbox)
  const odd = given.shop.customers.create({ email: 'a\0da@example.com' })
  await tell(given.domain, odd)
  await syncToRest(given.domain)

  const issues = await rowsIn(sandbox.databaseUrl, `select code from profile where shop = $1 and state = 'issue'`, [
    given.domain,
  ])
  expect(issues).toEqual([{ code: 'invalid_email' }])
  await expectLaw(sandbox, given)
})

test('a live change is sent by the saved mapping, and a metafield with a hostile key is read like any other', async () => {
  const key = 'tier"} ) \\ 愛'
  const given = await givenAda(sandbox)
  await saveMapped(given, { values: [mapped(key, '👑 "tier"')] })
  await syncToRest(given.domain)
  given.shop.customers.setMetafield(given.ada.id, `loyalty.${key}`, metafield('single_line_text_field', 'Gold'))
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)

  expect(given.properties()['👑 "tier"']).toBe('Gold')
  await expectLaw(sandbox, given)
})

test('a renamed field exists under its new name only, and one that is switched off is gone', async () => {
  const given = await givenAda(sandbox, { phone: '+493012345678', tags: ['vip'] })
  await saveMapped(given, {
    attributes: { phone_number: false, locale: true, location: true, external_id: false },
    standard: { ...defaultMapping.standard, tags: { on: false, name: 'shopify_tags' } },
    values: [mapped('points', 'Points'), mapped('tier', 'loyalty_tier')],
  })
  await syncToRest(given.domain)

  expect(given.properties()).toMatchObject({ Points: 250, loyalty_tier: 'Gold' })
  expect(Object.keys(given.properties())).not.toContain('loyalty_points')
  expect(Object.keys(given.properties())).not.toContain('shopify_tags')
  expect(given.attributes().phone_number ?? null).toBeNull()
  await expectLaw(sandbox, given)
})

test('old values that are to be kept stay, whatever is chosen later', async () => {
  const given = await givenAda(sandbox)
  await saveMapped(given, { values: [mapped('points', 'Points')], clears: false })
  await syncToRest(given.domain)
  expect(given.properties()).toMatchObject({ Points: 250, loyalty_points: 250, loyalty_tier: 'Gold' })

  await saveMapped(given, { values: [mapped('points', 'Score')], clears: true })
  await syncToRest(given.domain)
  expect(given.properties()).toMatchObject({ Score: 250, loyalty_points: 250, loyalty_tier: 'Gold' })
  expect(Object.keys(given.properties())).not.toContain('Points')
  await expectLaw(sandbox, given)
})

test('a value that others wrote under a name that is no longer sent is not cleared', async () => {
  const given = await givenAda(sandbox, { tier: null })
  const others = { email: 'ada@example.com', properties: { loyalty_tier: 'Theirs' } }
  await ask(sandbox.klaviyo, 'POST /api/profile-import', profileBody(others), { key: given.key })
  await saveMapped(given, { values: [] })
  await syncToRest(given.domain)

  expect(given.properties()).toMatchObject({ loyalty_tier: 'Theirs' })
  expect(Object.keys(given.properties())).not.toContain('loyalty_points')
})

test('a profile over 100 KB is an issue that names its largest field, is never sent, and is sent once it shrinks', async () => {
  const given = await givenAda(sandbox)
  await saveMapped(given, { values: [mapped('story', 'My story')] })
  await syncToRest(given.domain)
  const story = (length: number) => metafield('multi_line_text_field', 'x'.repeat(length))
  const before = given.calls('create_or_update_profile').length
  given.shop.customers.setMetafield(given.ada.id, 'loyalty.story', story(100_000))
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  const rows = await rowsIn(sandbox.databaseUrl, 'select state, code, words from profile where shop = $1', [
    given.domain,
  ])
  expect(rows).toEqual([{ state: 'issue', code: 'too_large', words: 'My story' }])
  expect(given.calls('create_or_update_profile').length).toBe(before)
  expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 1 })

  given.shop.customers.setMetafield(given.ada.id, 'loyalty.story', story(50_000))
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(String(given.properties()['My story'])).toHaveLength(50_000)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, otherIssues: 0 })
})

test('with fifty metafields a read takes fewer customers, and none costs more than Shopify lets a query cost', async () => {
  const installed = await givenConnectedShop(sandbox)
  const values = Array.from({ length: MAX_VALUES }, (_, i) => mapped(`k${i}`, `Field ${i}`))
  await saveMapped(installed, { values })
  await syncToRest(installed.domain)
  const customers = Array.from({ length: 40 }, (_, i) =>
    installed.shop.customers.create({
      email: `c${i}@example.com`,
      metafields: { 'loyalty.k49': metafield('number_integer', String(i)) },
    }),
  )
  await tell(installed.domain, ...customers)
  await syncToRest(installed.domain)
  const profile = sandbox.klaviyo.account(installed.accountId).profileByEmail('c7@example.com')
  expect(profile?.attributes.properties).toMatchObject({ 'Field 49': 7 })
  expect(await expectLaw(sandbox, installed)).toMatchObject({ synced: 40 })
})

test('every definition is offered, over all pages, with its name and type; those that may not be read are named', async () => {
  const { domain, shop } = await givenConnectedShop(sandbox)
  const definition = (i: number, admin: string | null) => ({
    id: `gid://shopify/MetafieldDefinition/${i}`,
    namespace: 'custom',
    key: `field_${i}`,
    name: `Field ${i}`,
    type: { name: 'number_integer', category: 'NUMBER' },
    access: { admin },
    ownerType: 'CUSTOMER' as const,
  })
  shop.metafieldDefinitions = [
    ...Array.from({ length: 300 }, (_, i) => definition(i, i % 2 === 0 ? 'PUBLIC_READ' : null)),
    definition(300, 'PRIVATE'),
    definition(301, 'MERCHANT_READ'),
  ]
  const { definitions } = await loadSetting(domain, 'mapping', clock())
  expect(definitions).toHaveLength(302)
  expect(definitions?.[0]).toEqual({
    namespace: 'custom',
    key: 'field_0',
    name: 'Field 0',
    type: 'number_integer',
    readable: true,
  })
  expect(definitions?.filter(({ readable }) => !readable).map(({ key }) => key)).toEqual(['field_300', 'field_301'])
})

test('while Shopify does not list the definitions, the page is shown without them', async () => {
  const { domain } = await givenConnectedShop(sandbox)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'graphql' })
  expect(await loadSetting(domain, 'mapping', clock())).toMatchObject({ definitions: null, choice: defaultMapping })
})
