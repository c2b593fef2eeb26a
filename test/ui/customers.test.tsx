import { expect, test } from 'vitest'
import { reasonCodes } from '#app/core/issue/reason-code.ts'
import type { CustomerView, LiveCustomer } from '#app/core/report/customer-view.ts'
import { type ListCounts, type UnsyncedCustomer, unsyncedReasons } from '#app/core/report/unsynced-customers.ts'
import { emptyWords, labelOfWords, listName, omissionWords, stateWords } from '#app/ui/copy/customers.ts'
import english from '#app/ui/copy/en.json' with { type: 'json' }
import { CustomerDetails } from '#app/ui/customers/customer-details.tsx'
import { csvHead, csvOf } from '#app/ui/customers/customers-csv.ts'
import { CustomersView } from '#app/ui/customers/customers-view.tsx'
import { ComparedSides } from '#app/ui/customers/live-comparison.tsx'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { NOON } from './given-card.ts'

const nothing = () => undefined
const ben: UnsyncedCustomer = {
  ...({ customerId: '7002', state: 'issue', code: 'invalid_email', words: null, conflict: null } as const),
  ...{ omitted: [], since: NOON, lastSentAt: null, waits: false },
}
const none = { customers: 0, more: false }
const counts: ListCounts = {
  tabs: {
    ...{ in_sync: { customers: 1_204, more: false }, waiting: { customers: 10_000, more: true }, left_out: none },
    ...{ no_email: none, invalid_email: { customers: 1, more: false }, other: none, omitted: none, resolved: none },
  },
  leftOut: [],
  other: [],
}

function viewHtml(more: Partial<Parameters<typeof CustomersView>[0]> = {}): string {
  const page = { customers: [ben], previous: null, next: null, filled: true, retrying: null, mostNew: null }
  return drawnHtml(
    <CustomersView
      list={{ reason: 'invalid_email', order: 'newest', page, counts }}
      live={{ names: { '7002': { name: 'Ben', email: 'ben@gmial.com' } }, late: false }}
      search={{ text: '', setText: nothing, searching: false, result: null }}
      sync={{ busy: false, syncNow: nothing, retry: nothing }}
      exporting={{ progress: null, exportList: nothing, exportChosen: nothing, cancel: nothing }}
      isPhone={false}
      onList={nothing}
      onOrder={nothing}
      onPrevious={null}
      onNext={null}
      {...more}
    />,
  )
}

test('each list has a name, and a sentence for when it is empty', () => {
  for (const reason of unsyncedReasons) {
    expect(listName(t, reason)).not.toBe('')
    expect(emptyWords(t, reason, true)).toMatch(/^[A-Z].*\.$/)
    if (reason !== 'run')
      expect(emptyWords(t, reason, false)).toBe('None so far. Not all customers have been read yet.')
  }
  expect(listName(t, 'rule_tags')).toBe('Left out: Tags')
  expect(listName(t, 'too_large')).toBe('Other issues: Too much data for a Klaviyo profile')
})

test('tabs count, and a list has its rows with the reason, what to do and a corrected address', () => {
  const html = viewHtml()
  const text = textIn(html)
  for (const words of ['In sync (1,204)', 'Waiting (10,000+)', 'Invalid email (1)', 'Sync all 1', 'Export CSV'])
    expect(text).toContain(words)
  expect(text).toContain('Ben ben@gmial.com')
  expect(text).toContain('Did you mean ben@gmail.com?')
  expect(text).toContain(english.reasons.invalid_email.whatToDo)
  expect(html).toContain('aria-label="Customers: Invalid email"')
  expect(html).toContain('href="/app/customers?reason=no_email"')
  expect(text).not.toContain('Left out')
})

test('rows stand before their names come, and while Shopify does not answer', () => {
  const coming = textIn(viewHtml({ live: { names: null, late: false } }))
  expect(coming).toContain('Customer 7002')
  const late = textIn(viewHtml({ live: { names: null, late: true } }))
  expect(late).toContain('Names and email addresses follow by themselves.')
  const gone = textIn(viewHtml({ live: { names: {}, late: false } }))
  expect(gone).toContain('No longer in Shopify')
})

test('a list that is being retried says how far that is, and is not retried twice', () => {
  const page = {
    customers: [ben],
    previous: null,
    next: null,
    filled: true,
    retrying: { marked: 5_000, customers: 200_000 },
    mostNew: null,
  }
  const text = textIn(viewHtml({ list: { reason: 'invalid_email', order: 'newest', page, counts } }))
  expect(text).toContain('Syncing this list again: 5,000 of 200,000 customers')
  expect(text).not.toContain('Sync all')
})

test('what stands in a search is text, whatever was typed', () => {
  const search = { setText: nothing, searching: false }
  const text = '<img src=x onerror=alert(1)>'
  const html = viewHtml({ search: { ...search, text, result: { kind: 'found', customers: [], more: false } } })
  expect(html).not.toContain('<img src=x')
  expect(textIn(html)).toContain('No customer found')
  const sentenceFor = (kind: 'too_long' | 'empty') =>
    textIn(viewHtml({ search: { ...search, text, result: { kind } } }))
  expect(sentenceFor('too_long')).toContain('That is too long to search for.')
  expect(textIn(viewHtml({ search: { ...search, text, result: { kind: 'unavailable', customers: [] } } }))).toContain(
    'Shopify does not answer now.',
  )
})

test('a customer with a name that is markup is shown as it is written', () => {
  const html = viewHtml({ live: { names: { '7002': { name: '<b>Ben</b>', email: null } }, late: false } })
  expect(html).toContain('&lt;b&gt;Ben&lt;/b&gt;')
})

test('where a customer stands is said in a few words, a retry included', () => {
  expect(stateWords(t, ben, false)).toBe('Issue')
  expect(stateWords(t, { ...ben, waits: true }, false)).toBe('Waiting to be tried again')
  expect(stateWords(t, ben, true)).toBe('Resolved')
  expect(stateWords(t, { ...ben, state: 'left_out', code: 'limit' }, false)).toBe('Waiting to be sent')
  for (const code of reasonCodes) expect(labelOfWords(t, code)).toMatch(/:$/)
})

test('a field that was left out says which and why', () => {
  const phone = { field: 'phone_number', words: '' }
  expect(omissionWords(t, { ...phone, reason: 'taken' })).toBe(
    'Phone number not sent: it belongs to another Klaviyo profile.',
  )
  expect(omissionWords(t, { ...phone, reason: 'refused' })).toBe('Phone number not sent: Klaviyo does not take it.')
  expect(omissionWords(t, { field: 'properties.points', reason: 'invalid', words: 'not_number' })).toContain(
    'points not sent',
  )
})

test('the file has a line for each customer, safe and with the corrected address', () => {
  expect(csvHead(t).startsWith('\ufeffCustomer number,Name,Email,Status,Reason,')).toBe(true)
  const line = csvOf(t, { shop: 'ada.myshopify.com', support: null }, [
    { ...ben, name: '=1+1', email: 'ben@gmial.com' },
  ])
  expect(line).toMatch(/^7002,"'=1\+1",ben@gmial\.com,Issue,Email address is not valid,/)
  expect(line).toContain('ben@gmail.com')
  expect(line).toContain('https://admin.shopify.com/store/ada/customers/7002')
})

const view: CustomerView = {
  ...{ customer: ben, klaviyoId: '01KP', erased: false, mergedInto: null, readAt: NOON, waiting: null },
  ...{ loyalty: null, resolved: null, hindrance: null },
  heard: { how: 'customers/update', at: NOON },
  request: {
    ...({ kind: 'upsert', at: NOON, tookMs: 148, profiles: 1, run: null, outcome: 'refused', status: 400 } as const),
    ...{ words: 'Invalid email address', cleared: [] },
  },
}
const live: LiveCustomer = {
  shopify: { kind: 'found', name: 'Ben', email: 'ben@gmial.com' },
  klaviyo: { kind: 'found', klaviyoId: '01KP' },
  notSent: null,
  fields: [
    { name: 'first_name', isProperty: false, wanted: 'Ben', current: 'Benn', state: 'differs' },
    { name: 'email', isProperty: false, wanted: 'ben@gmial.com', current: 'ben@gmial.com', state: 'same' },
  ],
  body: { kind: 'exact', json: '{"data":1}' },
}
const detailsText = (changes: Partial<CustomerView> = {}, both: LiveCustomer | null = live) =>
  drawnText(
    <CustomerDetails
      shop="ada.myshopify.com"
      view={{ ...view, ...changes }}
      comparison={{ live: both, busy: false, refresh: nothing }}
      sync={{ busy: false, syncNow: nothing, retry: nothing }}
    />,
  )

test('one customer has the answer, both sides, and the last request', () => {
  const text = detailsText()
  for (const words of [
    english.reasons.invalid_email.headline,
    '1 field is different.',
    'first_name Ben Benn Attention Different',
    'A customer was changed',
    'POST /api/profile-import',
    '400 · Refused',
    '148 ms',
    'Invalid email address',
    'These are the values that were sent',
  ])
    expect(text).toContain(words)
})

test('a customer that was sent is not called in sync while the two sides differ', () => {
  const synced = { customer: { ...ben, state: 'in_sync', code: null } as const }
  expect(detailsText(synced, null)).toContain('In sync. Klaviyo has what Shopify has.')
  expect(detailsText(synced)).toContain('the two sides differ now')
})

test('each side that failed says so', () => {
  expect(detailsText({}, { ...live, klaviyo: { kind: 'unavailable' }, fields: [] })).toContain('Klaviyo did not answer')
  expect(detailsText({}, { ...live, shopify: { kind: 'unavailable' }, fields: [] })).toContain('Shopify did not answer')
  expect(detailsText({}, { ...live, notSent: { code: 'rule_tags', words: null } })).toContain(
    'Nothing would be sent: Left out by tags.',
  )
  expect(detailsText({}, null)).toContain('Now in Shopify and in Klaviyo')
})

test('a customer that is deleted, merged, erased, not read yet, or nobody’s has a clear page each', () => {
  const as = (changes: Partial<UnsyncedCustomer>) => ({ customer: { ...ben, code: null, ...changes }, request: null })
  expect(detailsText(as({ state: 'gone' }))).toContain('Shopify no longer has this customer')
  expect(detailsText({ mergedInto: '7003' })).toContain('This customer was merged into another one')
  expect(detailsText({ erased: true })).toContain('This customer was erased on request')
  expect(detailsText(as({ state: 'unread' }))).toContain('Lockstep has not read this customer yet.')
  const nobody = detailsText(as({ state: 'unread' }), { ...live, shopify: { kind: 'not_found' }, fields: [] })
  expect(nobody).toContain('There is no customer with this number in your shop.')
  expect(nobody).not.toContain('Sync now')
})

test('what stands in the way of sending is said first', () => {
  for (const hindrance of ['not_connected', 'refused', 'off'] as const)
    expect(detailsText({ hindrance })).toMatch(/nothing is sent until it is/)
})

test('of a customer whom Klaviyo does not have, only what would be sent is shown', () => {
  const fields = live.fields.map((field) => ({ ...field, current: null, state: 'unknown' as const }))
  const notThere: LiveCustomer = { ...live, klaviyo: { kind: 'not_found' }, fields }
  expect(textIn(drawnHtml(<ComparedSides live={notThere} />))).not.toMatch(/In Klaviyo|Not known/)
  expect(textIn(drawnHtml(<ComparedSides live={live} />))).toContain('In Klaviyo')
})
