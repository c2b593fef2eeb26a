import { expect, test } from 'vitest'
import type { GuidePart } from '#app/core/report/setup-guide.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import type { GuideActions } from '#app/ui/guide/guide-actions.ts'
import { SetupGuide } from '#app/ui/guide/setup-guide.tsx'
import { drawnWholeHtml, textIn } from './drawn.tsx'
import { givenCard } from './given-card.ts'

const nothing = () => undefined
const none = { connect: false, loyalty: false, customers: false, start: false }
const customers: Extract<GuidePart, { step: 'customers' }> = {
  step: 'customers',
  count: {
    kind: 'counted',
    asOf: '2026-11-21T11:00:00.000Z',
    total: 5_000,
    matching: 5_000,
    unsubscribed: 7,
    cannotBeSynced: 160,
  },
  newProfiles: 4_840,
  everyone: true,
  destination: { ...defaultDestination, list: { id: 'L1', name: 'Customers' } },
  version: 3,
  lists: [{ id: 'L1', name: 'Customers' }],
}

function drawn(
  card: Partial<SyncCard>,
  done: Partial<typeof none>,
  parts: Partial<GuideActions['parts']> = {},
): Promise<string> {
  const actions = {
    parts: { loyalty: null, customers: null, ...parts },
    load: nothing,
    mark: nothing,
    hide: nothing,
    saveDestination: nothing,
    saving: false,
    start: nothing,
    starting: false,
    answer: null,
  }
  return drawnWholeHtml(
    <SetupGuide
      card={givenCard({ ...card, guide: { hidden: false, done: { ...none, ...done } } })}
      actions={actions}
    />,
  )
}

const textOf = async (...asked: Parameters<typeof drawn>) => textIn(await drawn(...asked))
const stepsOf = (html: string) => [...html.matchAll(/aria-expanded="(true|false)"/g)].map(([, open]) => open === 'true')

test('the first step that is not done is open, and each says whether it is done', async () => {
  const html = await drawn({ connection: { kind: 'none' } }, {})
  expect(stepsOf(html)).toEqual([true, false, false, false])
  expect(textIn(html)).toContain('0 of 4 steps done')
  expect(textIn(html)).toContain('Connect in Settings')
  const later = await drawn({}, { connect: true, loyalty: true })
  expect(stepsOf(later)).toEqual([false, false, true, false])
  expect(textIn(later)).toContain('2 of 4 steps done')
  expect(textIn(later)).toMatch(/Connect Klaviyo Done .*Check your loyalty app Done .*Choose who is synced To do/)
})

test('before Shopify has answered, no step claims anything', async () => {
  const text = await textOf({}, { connect: true })
  expect(text).toContain('Looking at your shop…')
  expect(text).not.toContain('No loyalty app')
})

test('the loyalty step names what was found, and whether it is sent', async () => {
  const found = (apps: Extract<GuidePart, { step: 'loyalty' }>['apps']) =>
    textOf({}, { connect: true }, { loyalty: { step: 'loyalty', apps } })
  expect(await found([{ name: 'Smile', isMapped: false }])).toContain(
    'Found: Smile. Its values are not sent to Klaviyo yet.',
  )
  expect(await found([{ name: 'Smile', isMapped: true }])).toContain('Its values are sent to Klaviyo.')
  expect(await found([])).toContain('No loyalty app was found')
  expect(await found(null)).toContain('Shopify does not answer right now.')
})

test('the customers step counts them, says what that adds, and has the list that new profiles join', async () => {
  const done = { connect: true, loyalty: true }
  const text = await textOf({}, done, { customers })
  expect(text).toContain('All 5,000 customers are synced. 160 of them have no valid email and stay in Shopify.')
  expect(text).toContain('Adds about 4,840 new profiles to Klaviyo.')
  expect(await drawn({}, done, { customers })).toContain('<option value="L1" selected="">Customers</option>')
  const counting = {
    ...customers,
    count: { kind: 'preparing', rowsWritten: 120, expected: 5_000 } as const,
    newProfiles: null,
  }
  expect(await textOf({}, done, { customers: counting })).toContain('Counting your customers: 120 so far…')
  expect(await textOf({}, done, { customers: counting })).not.toContain('Adds about')
  expect(await textOf({}, done, { customers: { ...customers, lists: null } })).toContain(
    'Klaviyo cannot show its lists right now.',
  )
})

test('the last step starts the sync, and says when it starts by itself', async () => {
  const rest = { connect: true, loyalty: true, customers: true }
  expect(await textOf({ startAt: '2026-11-21T12:40:00.000Z' }, rest)).toMatch(/or by itself at 1:40 PM\. Start/)
  expect(await textOf({ connection: { kind: 'none' } }, { loyalty: true, customers: true, connect: true })).toContain(
    'Connect Klaviyo first.',
  )
})

test('when all is done, the guide says so and can be hidden', async () => {
  const text = await textOf({}, { connect: true, loyalty: true, customers: true, start: true })
  expect(text).toContain('Everything is set up. You can hide this guide.')
  expect(text).toContain('4 of 4 steps done')
  expect(text).toContain('Hide guide')
})
