import { describe, expect, test } from 'vitest'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { changeToast, notChanged } from '#app/ui/copy/integration.ts'
import { IntegrationCard } from '#app/ui/integration/integration-card.tsx'
import { TurnOffWords } from '#app/ui/integration/turn-off-dialog.tsx'
import { chosenWay, type TurnOnDraft, turnOnAsked, turnOnDraftOf } from '#app/ui/integration/turn-on-draft.ts'
import { TurnOnFields } from '#app/ui/integration/turn-on-fields.tsx'
import { drawnHtml, drawnText, t, textIn } from './drawn.tsx'
import { givenCard, givenIntegration, givenRun, givenTurnedOff, NOON } from './given-card.ts'

const refused = { kind: 'refused', by: 'key', accountName: 'Ada Boutique', refusedAt: NOON } as const
const paused = givenRun({ state: 'paused', expected: 12_000, read: 4_000 })
const nothing = () => undefined

describe('the switch', () => {
  test('on, it is a switch that is checked, named and described by its state', () => {
    const html = cardHtml(givenCard())
    const [, title, state] = html.match(/aria-labelledby="([^"]+)" aria-describedby="([^"]+)"/) ?? []
    expect(switchOf(html)).toContain('aria-checked="true"')
    expect(switchOf(html)).toContain('aria-disabled="false"')
    expect(html).toMatch(new RegExp(`id="${title}"[^>]*>Integration status`))
    expect(textIn(html.slice(html.indexOf(`id="${state}"`)))).toContain('> State: On ')
  })

  test('off, it shows when it stopped and how many changes are held', () => {
    const html = cardHtml(givenTurnedOff())
    expect(switchOf(html)).toContain('aria-checked="false"')
    expect(textIn(html)).toContain('Stopped cleanly at 12:02 PM, 118 changes held.')
  })

  test('on another day it shows the date', () => {
    const integration = givenIntegration({ status: 'off', stoppedAt: '2026-11-19T13:02:00.000Z' })
    expect(cardText(givenTurnedOff({ integration }))).toContain('Stopped cleanly on Nov 19, 2026 at 2:02 PM,')
  })

  test('what is held may be nothing, one change, or more than is counted', () => {
    expect(cardText(givenTurnedOff({ pending: 0 }))).toContain(', no changes held.')
    expect(cardText(givenTurnedOff({ pending: 1 }))).toContain(', 1 change held.')
    expect(cardText(givenTurnedOff({ pending: 10_000 }))).toContain(', more than 10,000 changes held.')
  })

  test('off, a paused run shows how far it is', () => {
    expect(cardText(givenTurnedOff({ run: paused }))).toContain('A full sync is paused at 4,000 of 12,000 customers.')
    expect(cardText(givenTurnedOff())).not.toContain('paused')
  })

  test('while it turns off it is busy, and can be turned back on beside it', () => {
    const html = cardHtml(givenCard({ integration: givenIntegration({ status: 'turning_off' }) }))
    expect(switchOf(html)).toContain('aria-busy="true"')
    expect(switchOf(html)).toContain('aria-disabled="true"')
    expect(textIn(html)).toContain('Finishing the current batch.')
    expect(textIn(html)).toContain('Turn back on')
  })

  test('when Klaviyo refuses the key it can be turned off, but not on', () => {
    const on = cardHtml(givenCard({ connection: refused }))
    const off = cardHtml(givenTurnedOff({ connection: refused }))
    expect(textIn(on)).toContain('Refused')
    expect(switchOf(on)).toContain('aria-disabled="false"')
    expect(switchOf(off)).toContain('aria-disabled="true"')
    expect(textIn(off)).toContain('Reconnect in Settings before turning the integration on.')
  })

  test('a sync delay is shown beside it', () => {
    const integration = givenIntegration({ syncDelayMs: 6 * 60 * 60_000 })
    expect(cardText(givenCard({ integration }))).toContain('sent 6 hours after the last sync.')
  })

  test('a change on an outdated page is refused, and that is shown', () => {
    expect(cardText(givenCard(), { kind: 'stale' })).toContain(
      'Someone changed this on another page. Nothing was changed. The current settings are shown.',
    )
    expect(cardText(givenCard(), { kind: 'turned_on', how: 'future' })).not.toContain('Nothing was changed')
  })
})

describe('before turning off', () => {
  test('it is shown what happens to the open run', () => {
    expect(drawnText(<TurnOffWords run={givenRun({ expected: 12_000, read: 4_000 })} />)).toContain(
      'A full sync is in progress: 4,000 of 12,000 customers read. It pauses there and can be resumed.',
    )
    expect(drawnText(<TurnOffWords run={null} />)).toContain('No sync is in progress.')
    expect(drawnText(<TurnOffWords run={paused} />)).toContain('A full sync is paused at 4,000 of 12,000 customers.')
    expect(drawnText(<TurnOffWords run={givenRun({ expected: null, read: 0 })} />)).toContain('no customer read yet')
  })

  test('it is shown that changes are kept and not sent, and that nothing changes in Klaviyo', () => {
    const text = drawnText(<TurnOffWords run={null} />)
    expect(text).toContain('Changes are kept but not sent')
    expect(text).toContain('Nothing changes in Klaviyo.')
  })
})

describe('turning on', () => {
  test('a paused run is offered to be resumed, first and unless another way is chosen', () => {
    const card = givenTurnedOff({ run: paused })
    expect(choicesIn(fieldsHtml(card))).toEqual(['Resume', 'Past and future changes', 'Future changes only'])
    expect(checkedIn(fieldsHtml(card))).toBe('resume')
    expect(checkedIn(fieldsHtml(card, { how: 'future' }))).toBe('future')
  })

  test('without a paused run it is past and future changes', () => {
    expect(choicesIn(fieldsHtml(givenTurnedOff()))).toEqual(['Past and future changes', 'Future changes only'])
    expect(checkedIn(fieldsHtml(givenTurnedOff()))).toBe('past_and_future')
  })

  test('a reset leaves nothing to resume, whatever was chosen before', () => {
    const card = givenTurnedOff({ run: paused })
    expect(choicesIn(fieldsHtml(card, { how: 'resume', reset: true }))).not.toContain('Resume')
    expect(chosenWay(card, { how: 'resume', reset: true })).toBe('past_and_future')
    expect(chosenWay(card, { how: 'resume', reset: false })).toBe('resume')
  })

  test('a run that ended while the dialog was open cannot be resumed any more', () => {
    expect(chosenWay({ run: null }, { how: 'resume', reset: false })).toBe('past_and_future')
  })

  test('the counts are in front of the merchant', () => {
    const text = textIn(fieldsHtml(givenTurnedOff({ run: paused })))
    for (const words of [
      '118 changes held.',
      '18,340 profiles in sync so far.',
      'A full sync is paused at 4,000 of 12,000 customers.',
      'Continues at 4,000 of 12,000 customers, and sends the 118 changes that were held.',
      'Sends the 118 changes that were held, then compares all customers and sends the differences.',
      'Reads all customers once without sending them. The 118 changes held are dropped.',
    ]) {
      expect(text).toContain(words)
    }
  })

  test('without held changes none are mentioned', () => {
    const text = textIn(fieldsHtml(givenTurnedOff({ pending: 0 })))
    expect(text).toContain('Compares all customers and sends the differences.')
    expect(text).not.toContain('dropped')
  })

  test('a reset shows what is lost and what is kept, and asks for the confirmation word', () => {
    const text = textIn(fieldsHtml(givenTurnedOff(), { reset: true }))
    for (const words of [
      'which profiles were delivered, and in what form',
      'all open issues',
      'the names of the fields that were delivered, so that they can still be cleared',
      'profiles in Klaviyo',
      'which customers were erased on request',
      'Type RESET to confirm',
    ]) {
      expect(text).toContain(words)
      expect(textIn(fieldsHtml(givenTurnedOff()))).not.toContain(words)
    }
  })

  test('the sync delay is under Advanced, which opens when there is a fault in it', () => {
    const delay = { waits: true, preset: null, typed: '0' }
    expect(textIn(fieldsHtml(givenTurnedOff(), { delay }))).not.toContain('Sync delay')
    const html = fieldsHtml(givenTurnedOff(), { delay }, { delay: true, resetWord: false })
    expect(html).toContain('aria-expanded="true"')
    expect(textIn(html)).toContain('Enter whole minutes from 1 to 1,440.')
  })

  test('a mistyped confirmation word is reported beside its field', () => {
    const html = fieldsHtml(givenTurnedOff(), { reset: true, resetWord: 'rest' }, { delay: false, resetWord: true })
    expect(html).toContain('aria-invalid="true"')
    expect(textIn(html)).toContain('Type RESET to confirm the reset.')
  })

  test('nothing is asked until the word is typed and the delay is one', () => {
    const card = givenTurnedOff()
    const draft = turnOnDraftOf(card)
    expect(turnOnAsked(card, { ...draft, reset: true, resetWord: 'rest' })).toBeNull()
    expect(turnOnAsked(card, { ...draft, delay: { waits: true, preset: null, typed: '1441' } })).toBeNull()
  })

  test('what was left as it is is not asked for', () => {
    const card = givenTurnedOff()
    const draft = turnOnDraftOf(card)
    expect(turnOnAsked(card, draft)).toEqual({ how: 'past_and_future' })
    expect(turnOnAsked(card, { ...draft, reset: true, resetWord: ' RESET ' })).toEqual({
      how: 'past_and_future',
      resetWord: 'RESET',
    })
    expect(turnOnAsked(card, { ...draft, delay: { waits: true, preset: 15, typed: '' } })).toEqual({
      how: 'past_and_future',
      syncDelayMinutes: 15,
    })
  })
})

const changes: Record<IntegrationChange['kind'], IntegrationChange> = {
  turned_off: { kind: 'turned_off' },
  turning_off: { kind: 'turning_off' },
  turned_on: { kind: 'turned_on', how: 'resume' },
  saved: { kind: 'saved', setting: 'mapping', compares: true },
  invalid: { kind: 'invalid', setting: 'destination' },
  prefix_taken: { kind: 'prefix_taken' },
  events_scope_missing: { kind: 'events_scope_missing' },
  klaviyo_unavailable: { kind: 'klaviyo_unavailable' },
  stale: { kind: 'stale' },
  not_connected: { kind: 'not_connected' },
  refused: { kind: 'refused' },
  nothing_paused: { kind: 'nothing_paused' },
  still_settling: { kind: 'still_settling' },
  reset_not_confirmed: { kind: 'reset_not_confirmed' },
}

test('every answer is either a toast or a whole sentence on the page', () => {
  for (const change of Object.values(changes)) {
    const [toast, fault] = [changeToast(t, change), notChanged(t, change)]
    expect([change.kind, toast === null]).toEqual([change.kind, fault !== null])
    if (fault !== null) expect(fault).toMatch(/^[A-Z].*Nothing was changed.*\.$|^Nothing was changed.*\.$/)
  }
})

function cardHtml(card: SyncCard, answer: IntegrationChange | null = null): string {
  return drawnHtml(
    <IntegrationCard card={card} actions={{ turnOff: nothing, turnOn: nothing, turning: false, answer }} />,
  )
}

function cardText(...asked: Parameters<typeof cardHtml>): string {
  return textIn(cardHtml(...asked))
}

function switchOf(html: string): string {
  return html.match(/<button[^>]*role="switch"[^>]*>/)?.[0] ?? ''
}

function fieldsHtml(
  card: SyncCard,
  draft: Partial<TurnOnDraft> = {},
  faults = { delay: false, resetWord: false },
): string {
  return drawnHtml(
    <TurnOnFields
      card={card}
      draft={{ ...turnOnDraftOf(card), ...draft }}
      onChange={nothing}
      faults={faults}
      refusal={null}
    />,
  )
}

function choicesIn(html: string): string[] {
  const ways = html.slice(0, html.indexOf('Advanced'))
  return [...ways.matchAll(/Choice__Label[^>]*>(?:<[^>]+>)*([^<]+)/g)].map(([, label]) => label ?? '')
}

/** The value of the first radio button that is chosen. */
function checkedIn(html: string): string | undefined {
  return html.match(/<input[^>]*checked=""[^>]*value="([^"]+)"/)?.[1]
}
