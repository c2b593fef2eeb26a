import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json' with { type: 'json' }
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { SyncCard as Card } from '#app/core/report/sync-card.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { givenCard, givenRun, NOON } from './given-card.ts'

test('at rest the card tells all it knows, by the shop’s clock', () => {
  const text = textOf(givenCard())
  for (const words of [
    'Integration Sync',
    "We've synced 1,204 profiles in the last day (18,340 total)",
    'Customers with no email 214',
    'Customers with invalid email 6',
    'Customers with other issues 2',
    'Last full sync started at Nov 21, 2026 at 4:00 AM (9 hours ago)',
    'Last individual profile synced at Nov 21, 2026 at 12:59 PM (30 seconds ago)',
    'This sync never subscribes or unsubscribes anybody.',
    'Europe/Berlin',
  ]) {
    expect(text).toContain(words)
  }
})

test('each count leads to the customers it counts', () => {
  const html = drawn(givenCard())
  for (const reason of ['no_email', 'invalid_email', 'other']) {
    expect(html).toContain(`href="/app/customers?reason=${reason}"`)
  }
})

test('where nothing has happened yet it says Never', () => {
  const text = textOf(givenCard({ lastFullSyncStartedAt: null, lastProfileSyncedAt: null }))
  expect(text).toContain('Last full sync started at Never')
  expect(text).toContain('Last individual profile synced at Never')
})

test('before Klaviyo is connected there are no figures, but what connecting will do and where', () => {
  const html = drawn(givenCard({ connection: { kind: 'none' } }))
  expect(html).toContain('href="/app/settings"')
  expect(html).toContain('This sync never subscribes or unsubscribes anybody.')
  expect(html).not.toContain('1,204')
})

test('a run of unknown length has a bar without a figure', () => {
  const html = drawn(givenCard({ run: givenRun({ expected: null }) }))
  expect(html).toContain('role="progressbar"')
  expect(html).not.toContain('<progress')
})

test('a run of known length has a bar with its figure', () => {
  expect(drawn(givenCard({ run: givenRun() }))).toContain('value="40"')
})

test('in the hour after a start the button is off and the time until the next is counted down', () => {
  const html = drawn(givenCard({ nextFullSyncAt: '2026-11-21T12:41:07.000Z' }))
  expect(html).toContain('Can run again at 1:41 PM (in 41:07)')
  expect(buttonOf(html)).toContain('aria-disabled="true"')
  expect(buttonOf(drawn(givenCard()))).toContain('aria-disabled="false"')
})

test('a refusal says when it may run again', () => {
  const text = textOf(givenCard(), { kind: 'too_soon', againAt: new Date('2026-11-21T12:41:07.000Z') })
  expect(text).toContain('The next one can start at 1:41 PM.')
})

test('a key that Klaviyo refuses is told in a banner that leads to Settings', () => {
  const html = drawn(givenCard({ connection: { kind: 'refused', accountName: 'Ada Boutique', refusedAt: NOON } }))
  expect(html).toContain('Klaviyo no longer accepts your API key')
  expect(html).toContain('href="/app/settings"')
})

test('figures that could not be refreshed stay, and it is said', () => {
  const text = textOf(givenCard(), null, true)
  expect(text).toContain('These figures could not be refreshed just now.')
  expect(text).toContain('1,204')
})

function drawn(card: Card, answer: FullSyncStart | null = null, notRefreshed = false): string {
  return renderToStaticMarkup(
    <AppProvider i18n={english}>
      <SyncCard
        card={card}
        notRefreshed={notRefreshed}
        button={{ onPress: () => undefined, starting: false, answer }}
      />
    </AppProvider>,
  )
}

function textOf(...asked: Parameters<typeof drawn>): string {
  return drawn(...asked)
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ')
}

function buttonOf(html: string): string {
  return html.match(/<button[^>]*>(?:(?!<\/button>).)*Sync customers/)?.[0] ?? ''
}

test('a full sync that gave up is told, with what to do; the next one that runs takes the sentence away', () => {
  expect(textOf(givenCard({ fullSyncFailedAt: '2026-11-21T04:00:00.000Z' }))).toContain('The last full sync stopped')
  expect(textOf(givenCard({ fullSyncFailedAt: null }))).not.toContain('The last full sync stopped')
})
