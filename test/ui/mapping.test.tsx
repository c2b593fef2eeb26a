import { expect, test } from 'vitest'
import { defaultMapping, sentCounts } from '#app/core/profile/mapped-fields.ts'
import { plainReading } from '#app/core/profile/mapped-values.ts'
import { mappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { MappingPreview, MappingView, MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { mappingSummary, noPreview, typeWords } from '#app/ui/copy/mapping.ts'
import { runOutcome, runPhaseWords, runResult } from '#app/ui/copy/runs.ts'
import { without, withSource, withStandard, withValue } from '#app/ui/mapping/mapping-draft.ts'
import { MappingPage } from '#app/ui/mapping/mapping-page.tsx'
import { foundBy, searchable } from '#app/ui/mapping/offered-fields.ts'
import { PreviewSection } from '#app/ui/mapping/preview-section.tsx'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { givenReport, givenRun } from './given-card.ts'

const definition = (differs: Partial<MetafieldDefinition> = {}): MetafieldDefinition => ({
  namespace: 'custom',
  key: 'shoe_size',
  name: 'Shoe size',
  type: 'number_decimal',
  readable: true,
  ...differs,
})
const loyalty = defaultMapping.values.flatMap(({ source }) =>
  source.kind === 'metafield' ? definition({ ...source, name: `The ${source.key}` }) : [],
)

function givenView(differs: Partial<MappingView> = {}): MappingView {
  return {
    version: 7,
    choice: defaultMapping,
    timeZone: 'Europe/Berlin',
    status: 'on',
    connected: true,
    runIsOpen: false,
    inSync: 18_340,
    clearsAMinute: 750,
    writtenByOthers: [],
    definitions: [...loyalty, definition()],
    look: { kind: 'looked', apps: [], fields: [], tagPrefixes: [] },
    held: [],
    checks: { nightlyReconcile: true, hourlyCheck: false },
    ...differs,
  }
}

test('of every loyalty or custom field it says how its changes are noticed', () => {
  const plain = { on: true, reading: plainReading, meaning: null }
  const values = [
    ...defaultMapping.values,
    { ...plain, name: 'Credit', source: { kind: 'store_credit' } },
    { ...plain, name: 'VIP', source: { kind: 'tag', prefix: 'vip:' } },
  ] as const
  const shown = (nightlyReconcile: boolean, hourlyCheck: boolean) =>
    textIn(pageHtml(givenView({ choice: { ...defaultMapping, values }, checks: { nightlyReconcile, hourlyCheck } })))
  expect(shown(true, false).match(/noticed within seconds/g)).toHaveLength(3)
  expect(shown(true, false)).toContain('noticed with the customer’s next change, or by the nightly check.')
  expect(shown(false, true)).toContain('noticed with the customer’s next change, or by the hourly check.')
  expect(shown(true, true)).toContain('or by the hourly or nightly check.')
  expect(shown(false, false)).toContain('noticed with the customer’s next change.')
})

test('every field is listed with its name, its type and its name in Klaviyo', () => {
  const html = pageHtml(givenView())
  expect(textIn(html)).toContain('The points loyalty.points · Whole number')
  for (const name of ['shopify_tags', 'shopify_amount_spent', 'loyalty_points', 'loyalty_tier'])
    expect(html).toContain(`value="${name}"`)
  expect(textIn(html)).toContain('The currency is sent as shopify_currency.')
  expect(textIn(html)).toContain('Klaviyo property for Tags')
  expect(html).not.toContain('ui-save-bar')
})

test('the settings show how many fields are sent', () => {
  expect(mappingSummary(t, sentCounts(defaultMapping))).toBe(
    'Email, names, 9 other fields and 2 loyalty or custom fields are sent.',
  )
  const one = withValue({ ...defaultMapping, values: defaultMapping.values.slice(0, 1) }, 0, { on: false })
  expect(mappingSummary(t, sentCounts(one))).toBe('Email, names and 9 other fields are sent.')
  expect(mappingSummary(t, { fields: 0, values: 0 })).toBe('Email and names are sent.')
})

test('what saving will start is shown before', () => {
  const words = (differs: Partial<MappingView>) => textIn(pageHtml(givenView(differs)))
  expect(words({})).toContain(
    'After saving, all customers are compared and those whose profile differs are sent. This starts at once.',
  )
  expect(words({ runIsOpen: true })).toContain('once the current sync has ended, all customers are compared')
  expect(words({ status: 'off' })).toContain('After it is turned on, all customers are compared')
  expect(words({ connected: false })).toContain('Once Klaviyo is connected, customers are sent like this.')
})

test('how long clearing takes goes by the number of profiles in step', () => {
  expect(textIn(pageHtml(givenView()))).toContain('about 25 minutes for the 18,340 profiles in sync.')
  expect(textIn(pageHtml(givenView({ inSync: 1 })))).toContain('about 1 minute for the 1 profile in sync.')
  expect(textIn(pageHtml(givenView({ inSync: 0 })))).not.toContain('about')
})

test('a metafield whose definition was deleted, or cannot be read, is marked', () => {
  expect(textIn(pageHtml(givenView({ definitions: [] })))).toContain('This metafield has no definition')
  expect(textIn(pageHtml(givenView({ definitions: null })))).not.toContain('does not exist')
  const hidden = loyalty.map((one) => ({ ...one, readable: false }))
  expect(textIn(pageHtml(givenView({ definitions: hidden })))).toContain('Not readable')
})

test('a mapped metafield that vanished or was withdrawn says since when, what Klaviyo keeps, and what to do', () => {
  const since = '2026-11-21T12:00:00.000Z'
  const held = (reason: 'unreadable' | 'vanished') =>
    textIn(pageHtml(givenView({ held: [{ source: 'loyalty.points', reason, since }] })))
  expect(held('vanished')).toContain('Since Nov 21, 2026 at 1:00 PM, no customer has had this metafield.')
  expect(held('unreadable')).toContain('has not let other apps read it. Klaviyo keeps the values it has.')
})

test('one that cannot be read is not offered', () => {
  const html = pageHtml(givenView({ definitions: [definition({ readable: false })] }))
  expect(html).toMatch(/<button[^>]*aria-label="Add Shoe size" aria-disabled="true"/)
  expect(textIn(html)).toContain('does not let other apps read it')
})

test('of three hundred, ten are shown, and what is mapped already is not offered again', () => {
  const many = Array.from({ length: 300 }, (_, i) => definition({ key: `k${i}`, name: `Field ${i}` }))
  const text = textIn(pageHtml(givenView({ definitions: [...loyalty, ...many] })))
  expect(text).toContain('290 more. Search to find them.')
  expect(pageHtml(givenView())).not.toContain('aria-label="Add The points"')
})

test('a metafield is found by name, by namespace and key, by type', () => {
  const other = definition({ namespace: 'app--7--crm', key: 'vip', name: 'Important', type: 'boolean' })
  const all = [definition(), other]
  const found = (search: string) =>
    foundBy(
      search,
      searchable(all, (type) => typeWords(t, type)),
    ).map(({ key }) => key)
  expect(found('')).toEqual(['shoe_size', 'vip'])
  expect(found('SHOE')).toEqual(['shoe_size'])
  expect(found('crm.vip')).toEqual(['vip'])
  expect(found('true or')).toEqual(['vip'])
  expect(found('decimal custom')).toEqual(['shoe_size'])
  expect(found('"} )')).toEqual([])
})

test('an error in a name is shown beside it', () => {
  const mapping = withValue(withStandard(defaultMapping, 'tags', { name: '$email' }), 0, { name: 'loyalty_tier' })
  const html = pageHtml(givenView({ choice: mapping }))
  expect(html.match(/aria-invalid="true"/g)).toHaveLength(3)
  expect(textIn(html)).toContain('Klaviyo reserves this name.')
  expect(textIn(html)).toContain('Another field is sent under this name.')
  expect(textIn(html)).toContain('Correct the names above first.')
})

test('a mapping is changed row by row, and what is added has a sound name', () => {
  const source = { kind: 'metafield', namespace: '$app:crm', key: 'vip', type: 'boolean', path: [] } as const
  const added = withSource(defaultMapping, source, { kind: 'unavailable' })
  expect(added.values.at(-1)).toMatchObject({ name: 'app:crm_vip', on: true })
  expect(mappingFaults(added).rows.size).toBe(0)
  expect(without(added, 2)).toEqual(defaultMapping)
})

test('settings on an outdated page are not saved, and that is shown', () => {
  expect(textIn(pageHtml(givenView(), { kind: 'stale' }))).toContain('They are still shown below')
  expect(textIn(pageHtml(givenView(), { kind: 'invalid', setting: 'mapping' }))).toContain(
    'Nothing was changed: a name is empty',
  )
})

test('the external id has its warning beside it, louder once it is switched on', () => {
  const switchedOn = { ...defaultMapping, attributes: { ...defaultMapping.attributes, external_id: true } }
  expect(textIn(pageHtml(givenView()))).toContain('Klaviyo permanently merges profiles with the same external ID')
  expect(pageHtml(givenView())).not.toMatch(/textCritical|Text--critical|--critical/)
  expect(pageHtml(givenView({ choice: switchedOn }))).toMatch(/ritical[^>]*>Leave this off unless you need it/)
})

test('a hostile name is text like any other', () => {
  const mapping = withValue(defaultMapping, 0, { name: '"><script>alert(1)</script>😀' })
  expect(pageHtml(givenView({ choice: mapping }))).not.toContain('<script>')
})

test('a preview shows each field, its value, and how it differs from what was delivered', () => {
  const text = previewText({
    kind: 'profile',
    customerId: '1',
    email: 'ada@example.com',
    against: 'differs',
    bytes: 300,
    tooLarge: null,
    fields: [
      { name: 'first_name', isProperty: false, value: 'Ada', change: 'unchanged' },
      { name: 'Points', isProperty: true, value: 250, change: 'new' },
      { name: 'tags', isProperty: true, value: ['a', 'b'], change: 'sent_before' },
      { name: 'loyalty_points', isProperty: true, value: null, change: 'cleared' },
    ],
  })
  expect(text).toContain('What would be sent for ada@example.com')
  expect(text).toContain(
    'first_name Ada Unchanged Points 250 New tags ["a","b"] Sent before loyalty_points Not sent Cleared',
  )
})

const previews: Record<Exclude<MappingPreview['kind'], 'profile'>, MappingPreview> = {
  not_sent: { kind: 'not_sent', customerId: '1', code: 'no_email' },
  not_found: { kind: 'not_found' },
  unavailable: { kind: 'unavailable' },
  mapping_invalid: { kind: 'mapping_invalid' },
}

test.each(Object.values(previews))('a preview that is $kind is explained in a sentence', (preview) => {
  expect(noPreview(t, preview)).toMatch(/^[A-Z].*\.$/)
  expect(previewText(preview)).toContain(noPreview(t, preview))
})

test('a comparison has another name than the nightly check', () => {
  const run = { kind: 'reconcile', trigger: 'settings_changed' } as const
  expect(runPhaseWords(t, givenRun(run))).toBe('Check of all customers · Comparing customers with what was delivered')
  expect(t('runs.triggers.settings_changed', { by: 'none' })).toBe('Started because the settings were changed')
  expect(runOutcome(t, givenReport({ ...run }))).toBe('Finished')
  expect(runResult(t, givenReport({ ...run, pushed: 12 }))).toBe('Changed 12 profiles.')
  expect(runResult(t, givenReport({ ...run, pushed: 0 }))).toBe('No profiles had to change.')
})

function pageHtml(view: MappingView, answer: IntegrationChange | null = null): string {
  const nothing = () => undefined
  const actions = {
    ...{ save: nothing, saving: false, answer, preview: nothing, previewing: false, previewed: null },
    ...{ lookAgain: nothing, looking: false },
  }
  return drawnHtml(<MappingPage view={view} actions={actions} />)
}

function previewText(preview: MappingPreview): string {
  return drawnText(<PreviewSection faulty={false} live={{ preview, stale: false, showCustomer: () => undefined }} />)
}
