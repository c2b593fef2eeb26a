import { expect, test } from 'vitest'
import { shopifyTroubles } from '#app/core/flow/shopify-trouble.ts'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { SyncCard as Card } from '#app/core/report/sync-card.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { plainSupportText } from '#app/ui/copy/plain-support-text.ts'
import { drawnHtml, t, textIn } from './drawn.tsx'
import { givenCard, givenIntegration, givenParts, givenRun, givenTurnedOff, NOON } from './given-card.ts'

test('at rest the card shows all figures, by the shop’s clock', () => {
  const text = textOf(givenCard())
  for (const words of [
    'Integration Sync',
    "We've synced 1,204 profiles in the last day (18,340 total)",
    'Customers with no email 214',
    'Customers with invalid email 6',
    'Customers with other issues 2',
    'Last full sync started at Nov 21, 2026 at 4:00 AM (9 hours ago)',
    'Last individual profile synced at Nov 21, 2026 at 12:59 PM (30 seconds ago)',
    'This sync never subscribes or unsubscribes customers.',
    'Europe/Berlin',
  ]) {
    expect(text).toContain(words)
  }
})

const hindrances = [...shopifyTroubles, 'fields_withheld'] as const

test.each(hindrances)('what stands in the way at Shopify (%s) is told in words of its own, with what to do', (why) => {
  const text = textOf(givenCard({ shopifyTrouble: { why, since: NOON, words: 'defaultPhoneNumber' } }))
  const title = t(`shopifyTrouble.${why}.title`)
  expect(text).toContain(title)
  expect(text).toContain(plainSupportText(t, null, t(`shopifyTrouble.${why}.whatToDo`)))
  expect(text).toContain('Fields: defaultPhoneNumber.')
  expect(hindrances.filter((other) => t(`shopifyTrouble.${other}.title`) === title)).toHaveLength(1)
})

test('the card of an account without a finished full sync does not claim to be up to date', () => {
  const refillAt = '2026-11-21T12:40:00.000Z'
  expect(textOf(givenCard({ filled: false, refillAt }))).toContain('The next one starts automatically at 1:40 PM')
  const cancelled = textOf(givenCard({ filled: false }))
  expect(cancelled).toContain('Press Sync customers to start one.')
  expect(cancelled).not.toContain('Up to date')
})

test('a run that reads pages shows that it takes longer, and why', () => {
  expect(textOf(givenCard({ run: givenRun({ byPages: true }) }))).toContain('read page by page. This takes longer.')
  expect(textOf(givenCard({ run: givenRun() }))).not.toContain('page by page')
})

test('each count leads to the customers it counts', () => {
  const html = drawn(givenCard())
  for (const reason of ['in_sync', 'waiting', 'no_email', 'invalid_email', 'other']) {
    expect(html).toContain(`href="/app/customers?reason=${reason}"`)
  }
})

test('customers left out by rules are counted rule by rule, with links to the lists', () => {
  expect(textOf(givenCard())).not.toContain('Left out by')
  const { leftOut } = givenParts()
  const html = drawn(givenCard({ parts: givenParts({ leftOut: { ...leftOut, rule_tags: 1_234, rule_segment: 7 } }) }))
  expect(textIn(html)).toContain('Left out by tags 1,234')
  expect(textIn(html)).toContain('Not in a segment you sync 7')
  expect(html).toContain('href="/app/customers?reason=rule_tags"')
})

test('the lines of the card add up to all customers', () => {
  const parts = givenParts({ waiting: 12, waitingAtLimit: 3_000, futureOnly: 4, alreadyInKlaviyo: 5, noEmail: 233 })
  const figures = [
    ...textIn(drawn(givenCard({ parts, omitted: 9 }))).matchAll(
      /(All customers|In sync|Waiting to be sent|Waiting for the next full sync \(your limit\)|Customers with [a-z ]+|Left as is \(future changes only\)|Already in Klaviyo, left alone) ([\d,]+)/g,
    ),
  ]
  const [all, ...rest] = figures.map(([, , figure]) => Number(figure!.replaceAll(',', '')))
  expect(rest).toHaveLength(8)
  expect(rest.reduce((sum, figure) => sum + figure, 0)).toBe(all)
})

test('before all customers were read the figures are marked “so far”', () => {
  const text = textOf(givenCard({ filled: false }))
  expect(text).toContain('Customers read so far')
  expect(text).not.toContain('All customers')
})

test('where nothing has happened yet it shows Never', () => {
  const text = textOf(givenCard({ lastFullSyncStartedAt: null, lastProfileSyncedAt: null }))
  expect(text).toContain('Last full sync started at Never')
  expect(text).toContain('Last individual profile synced at Never')
})

test('before Klaviyo is connected there are no figures, but what connecting will do and where', () => {
  const html = drawn(givenCard({ connection: { kind: 'none' } }))
  expect(html).toContain('href="/app/settings"')
  expect(html).toContain('This sync never subscribes or unsubscribes customers.')
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

test('a segment that is gone from Shopify is named, with what to do; one that is there is not', () => {
  const html = drawn(givenCard({ segmentsGone: ['VIP'] }))
  expect(html).toContain('The segment VIP no longer exists in Shopify')
  expect(html).toContain('Change audience')
  expect(textOf(givenCard({ segmentsGone: ['VIP', 'Gold'] }))).toContain('No customers match VIP or Gold')
  expect(textOf(givenCard())).not.toContain('no longer exist')
})

test('a loyalty app that was found is named until it is mapped, with the way to the mapping', () => {
  const html = drawn(givenCard({ newLoyaltyApp: { id: 'smile', name: 'Smile' } }))
  expect(html).toContain('Looks like this shop uses Smile')
  expect(html).toContain('/app/settings/mapping')
  expect(textOf(givenCard())).not.toContain('Looks like')
})

test('mapped values that cannot be read any more are named with the reason, and that Klaviyo keeps them', () => {
  const since = '2026-11-21T03:00:00.000Z'
  const tier = { source: 'smile.vip_tier_name', reason: 'unreadable', since } as const
  const text = textOf(givenCard({ heldSources: [tier] }))
  expect(text).toContain('smile.vip_tier_name can no longer be read')
  expect(text).toContain('no longer lets other apps read it')
  expect(text).toContain('keep their last values')
  const points = { source: 'mage.loyalty points', reason: 'vanished', since } as const
  expect(textOf(givenCard({ heldSources: [tier, points] }))).toContain('2 mapped values can no longer be read')
})

test('in the hour after a start the button is off and the time until the next is counted down', () => {
  const html = drawn(givenCard({ nextFullSyncAt: '2026-11-21T12:41:07.000Z' }))
  expect(html).toContain('Can run again at 1:41 PM (in 41:07)')
  expect(buttonOf(html)).toContain('aria-disabled="true"')
  expect(buttonOf(drawn(givenCard()))).toContain('aria-disabled="false"')
})

test('a refusal shows when it may run again', () => {
  const text = textOf(givenCard(), { kind: 'too_soon', againAt: new Date('2026-11-21T12:41:07.000Z') })
  expect(text).toContain('The next one can start at 1:41 PM.')
})

test('a key that Klaviyo refuses is shown in a banner that links to Settings', () => {
  const html = drawn(
    givenCard({ connection: { kind: 'refused', by: 'key', accountName: 'Ada Boutique', refusedAt: NOON } }),
  )
  expect(html).toContain('Klaviyo no longer accepts your API key')
  expect(html).toContain('href="/app/settings"')
})

test('figures that could not be refreshed stay, and are marked', () => {
  const text = textOf(givenCard(), null, true)
  expect(text).toContain('These figures couldn’t be refreshed.')
  expect(text).toContain('1,204')
})

test('a full sync that failed is shown, with what to do, until the next one runs', () => {
  expect(textOf(givenCard({ fullSyncFailedAt: '2026-11-21T04:00:00.000Z' }))).toContain('The last full sync stopped')
  expect(textOf(givenCard({ fullSyncFailedAt: null }))).not.toContain('The last full sync stopped')
})

test('customers left as they were are counted if there are any, with a link to the list', () => {
  expect(textOf(givenCard({ parts: givenParts({ futureOnly: 31 }) }))).toContain('Left as is (future changes only) 31')
  expect(drawn(givenCard({ parts: givenParts({ futureOnly: 31 }) }))).toContain(
    'href="/app/customers?reason=future_only"',
  )
  expect(textOf(givenCard())).not.toContain('Left as they were')
})

test('the card leads to what was done lately', () => {
  expect(drawn(givenCard())).toContain('href="/app/activity"')
})

test('turned off, no full sync can be started, and the paused one shows how far it is', () => {
  const card = givenTurnedOff({ run: givenRun({ state: 'paused', expected: 12_000, read: 4_000 }) })
  expect(buttonOf(drawn(card))).toContain('aria-disabled="true"')
  expect(textOf(card)).toContain('The integration is turned off.')
  expect(textOf(card)).toContain('Full sync · Paused')
  expect(textOf(card)).toContain('4,000 of 12,000 customers read.')
})

test('a start that was refused because the integration is off is explained as long as it is off', () => {
  expect(textOf(givenTurnedOff(), { kind: 'off' })).toContain('Not started: the integration is turned off.')
  expect(textOf(givenCard(), { kind: 'off' })).not.toContain('Not started')
})

test('changes that wait for the sync delay are shown with their time by the shop’s clock', () => {
  const text = textOf(givenCard({ pending: 12, delayedUntil: '2026-11-21T13:15:00.000Z' }))
  expect(text).toContain('12 changes wait for the sync delay and are sent at 2:15 PM.')
})

test('a run shows how long it will take; a stalled one shows why and since when instead', () => {
  expect(textOf(givenCard({ run: givenRun({ remainingMs: 4 * 60_000 }) }))).toContain('about 4 minutes left')
  const stall = { why: 'shopify_preparing', since: '2026-11-21T11:41:00.000Z' } as const
  const stalled = givenCard({ run: givenRun({ expected: null, read: 0, remainingMs: 4 * 60_000, stall }) })
  expect(textOf(stalled)).toContain('Stalled since 12:41 PM: waiting for Shopify to write the customers into a file.')
  expect(textOf(stalled)).not.toContain('about 4 minutes left')
  expect(drawn(stalled)).toContain('ls-bar--still')
})

test('a run that only records is described as such, and counts no customer as left out', () => {
  const text = textOf(givenCard({ run: givenRun({ kind: 'baseline' }) }))
  expect(text).toContain('Recording customers · Reading customers without sending them')
  expect(text).toContain('Recorded 8')
  expect(text).not.toContain('Left out')
})

test('every run can be cancelled but a catch-up, which is the changes themselves', () => {
  for (const kind of ['full', 'baseline', 'reconcile'] as const) {
    expect(drawn(givenCard({ run: givenRun({ kind }) }))).toMatch(/aria-label="Cancel the [a-z ]+"/)
  }
  expect(drawn(givenCard({ run: givenRun({ kind: 'catch_up' }) }))).not.toContain('Cancel the')
})

test('the switch is above the card once Klaviyo is connected', () => {
  const text = textOf(givenCard({ integration: givenIntegration() }))
  expect(text.indexOf('Integration status')).toBeGreaterThan(-1)
  expect(text.indexOf('Integration status')).toBeLessThan(text.indexOf('Integration Sync'))
  expect(textOf(givenCard({ connection: { kind: 'none' } }))).not.toContain('Integration status')
})

function drawn(card: Card, answer: FullSyncStart | null = null, notRefreshed = false): string {
  const nothing = () => undefined
  return drawnHtml(
    <SyncCard
      card={card}
      notRefreshed={notRefreshed}
      button={{ onPress: nothing, starting: false, answer }}
      integration={{ turnOff: nothing, turnOn: nothing, turning: false, answer: null }}
      cancelling={{ cancel: nothing, confirm: nothing, cancelling: false, answer: null }}
    />,
  )
}

function textOf(...asked: Parameters<typeof drawn>): string {
  return textIn(drawn(...asked))
}

function buttonOf(html: string): string {
  return html.match(/<button[^>]*>(?:(?!<\/button>).)*Sync customers/)?.[0] ?? ''
}

test.each([
  ['klaviyo_away', 'Klaviyo does not answer', 'The next try is at 1:10 PM.', 'Waiting for Klaviyo'],
  [
    'klaviyo_outdated',
    'Lockstep needs an update',
    'contact the person who runs Lockstep for you',
    'Waiting for Klaviyo',
  ],
  ['klaviyo_misconfigured', 'Lockstep cannot reach Klaviyo', 'This is not your fault', 'Waiting for Klaviyo'],
  ['klaviyo_throttled', 'Klaviyo asks Lockstep to wait', 'Sending continues at 1:10 PM.'],
  ['klaviyo_importing', 'Klaviyo has not finished an import', 'ask Klaviyo’s support'],
  ['shopify_away', 'Shopify does not answer', 'the sync continues automatically', 'Waiting for Shopify'],
  [
    'no_worker',
    'Changes are not being worked on',
    'contact the person who runs Lockstep for you',
    'nothing is working on them at present',
  ],
] as const)('while no change reaches Klaviyo (%s) the card says why, since when, and what to do', (why, ...words) => {
  const liveStall = { why, since: '2026-11-21T11:30:00.000Z', until: '2026-11-21T12:10:00.000Z' }
  const text = textOf(givenCard({ liveStall, pending: 3 }))
  for (const told of [...words, '12:30 PM']) expect(text).toContain(told)
})

test('before any customer was read, the card makes no claim about any', () => {
  const parts = givenParts({ inSync: 0, waiting: 3, noEmail: 0, invalidEmail: 0, otherIssues: 0 })
  const text = textOf(givenCard({ anyRead: false, filled: false, parts }))
  expect(text).toContain('No customer has been read yet.')
  expect(text).toContain('Waiting to be sent 3')
  for (const claim of ['no email', 'invalid email', 'other issues', 'All customers']) expect(text).not.toContain(claim)
})

test('the lag counts on by the shop’s clock, and the speed is that of today', () => {
  const text = textOf(givenCard({ dueSince: '2026-11-21T11:59:18.000Z' }))
  expect(text).toContain('Oldest change has waited 42 seconds')
  expect(text).toContain('95 % of changes reached Klaviyo within 4 seconds today.')
  expect(textOf(givenCard({ speedToday: null }))).not.toContain('reached Klaviyo')
  expect(textOf(givenCard({ speedToday: { changes: 2, withinMs: null } }))).toContain('after more than a day')
})

test.each([
  ['connecting', 'after connecting'],
  ['by_hand', 'by hand'],
] as const)('what started the last full sync is told apart: %s', (lastFullSyncTrigger, words) => {
  expect(textOf(givenCard({ lastFullSyncTrigger }))).toContain(`2026-11-21 03:00:00 UTC ${words}`)
})

test('a first sync that waits says when it starts by itself, and the button starts it although the hour is not over', () => {
  const html = drawn(
    givenCard({ startAt: '2026-11-21T12:40:00.000Z', nextFullSyncAt: '2026-11-21T12:50:00.000Z', filled: false }),
  )
  expect(textIn(html)).toContain('when you press Start, or by itself at 1:40 PM.')
  expect(buttonOf(html)).toContain('aria-disabled="false"')
})

test('while changes are held back the card does not say that no change waits', () => {
  expect(textOf(givenCard({ dueSince: null, pending: 0 }))).toContain('No change waits')
  expect(textOf(givenCard({ dueSince: null, pending: 3 }))).not.toContain('No change waits')
})
