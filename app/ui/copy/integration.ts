import type { IntegrationChange, TurnOn } from '#app/core/report/integration-change.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { amountOf } from './amounts.ts'
import { draftCopy } from './draft.ts'
import { pausedWords, runPosition, runWords } from './runs.ts'
import { changesWithin } from './sync-card.ts'
import { syncingCopy } from './syncing.ts'

export type SwitchState = 'on' | 'turning_off' | 'off' | 'refused'

export const integrationCopy = {
  title: 'Integration status',
  /** Precedes the state for screen readers. */
  stateLabel: 'State:',
  state: {
    on: 'On',
    turning_off: 'Turning off',
    off: 'Off',
    refused: 'Refused',
  } satisfies Record<SwitchState, string>,
  on: 'Changes are sent to Klaviyo immediately.',
  onDelayed: (delay: string) => `Changes are combined and sent ${delay} after the last sync.`,
  turningOff: 'Finishing the current batch. Nothing new is started.',
  refused: 'Klaviyo does not accept the API key, so nothing is sent.',
  refusedAndOff: 'Klaviyo does not accept the API key. Reconnect in Settings before turning the integration on.',
  /** `when` is null while the time is not known. */
  stopped: (when: string | null, pending: number) => `Stopped cleanly${when ? ` ${when}` : ''}, ${held(pending)}.`,
  paused: pausedWords,
  turnBackOn: 'Turn back on',
  reconnect: 'Reconnect in Settings',
} as const

/** `118 changes held`. */
function held(pending: number): string {
  return pending === 0 ? 'no changes held' : `${changesWithin(pending)} held`
}

export const turnOffCopy = {
  title: 'Turn the integration off?',
  keeps: 'Changes are kept but not sent. Lockstep records only which customers changed.',
  klaviyo: 'Nothing changes in Klaviyo.',
  confirm: 'Turn off',
  cancel: 'Keep it on',
} as const

/** What turning off does to the open run. */
export function runBeforeTurningOff(run: CardRun | null): string {
  if (run === null) return 'No sync is in progress.'
  if (run.state === 'paused') return `${pausedWords(run)} It stays there.`
  const position = run.read === 0 ? 'no customer read yet' : `${runPosition(run)} read`
  return `${runWords(run).one} is in progress: ${position}. It pauses there and can be resumed.`
}

export const turnOnCopy = {
  title: 'Turn the integration on?',
  current: 'Current status',
  held: (pending: number) => sentence(held(pending)),
  inSync: (total: number) => `${amountOf(total, 'profile')} in sync so far.`,
  choices: 'How to continue',
  names: {
    resume: 'Resume',
    past_and_future: 'Past and future changes',
    future: 'Future changes only',
  } satisfies Record<TurnOn, string>,
  advanced: 'Advanced',
  reset: {
    label: 'Reset',
    help: 'Deletes everything Lockstep remembers about the customers of this shop, and starts as if for the first time.',
    title: 'A reset cannot be undone',
    lost: 'Lost:',
    losses: ['which profiles were delivered, and in what form', 'all open issues', 'a paused run'],
    kept: 'Kept:',
    keeps: [
      'profiles in Klaviyo',
      'the names of the fields that were delivered, so that they can still be cleared',
      'the connection',
      'the settings',
      'which customers were erased on request',
    ],
    wordLabel: (word: string) => `Type ${word} to confirm`,
    wordFault: (word: string) => `Type ${word} to confirm the reset.`,
  },
  confirm: 'Turn on',
  cancel: 'Keep it off',
} as const

/** What each way of turning on does, with the current figures. */
export function wayWords(
  way: TurnOn,
  { pending, run, reset }: { pending: number; run: CardRun | null; reset: boolean },
) {
  const heldChanges = changesWithin(pending)
  const runEnds = run === null || reset ? '' : ' The paused run ends.'
  switch (way) {
    case 'resume':
      return `Continues at ${run ? runPosition(run) : 'the point where it stopped'}${pending === 0 ? '' : `, and sends the ${heldChanges} that ${pending === 1 ? 'was' : 'were'} held`}.`
    case 'past_and_future':
      if (reset) return 'Reads all customers and sends each of them.'
      return pending === 0
        ? `Compares all customers and sends the differences.${runEnds}`
        : `Sends the ${heldChanges} that ${pending === 1 ? 'was' : 'were'} held, then compares all customers and sends the differences.${runEnds}`
    case 'future': {
      const dropped = pending === 0 ? '' : ` The ${heldChanges} held ${pending === 1 ? 'is' : 'are'} dropped.`
      return `Reads all customers once without sending them.${dropped} From then on every change is sent; other profiles stay in Klaviyo as they are until their customers change.${runEnds}`
    }
  }
}

/** The toast after a change; null if nothing was changed. */
export function changeToast(change: IntegrationChange): string | null {
  switch (change.kind) {
    case 'turned_off':
      return 'Integration turned off'
    case 'turning_off':
      return 'Turning off…'
    case 'turned_on':
      return 'Integration turned on'
    case 'saved':
      if (change.setting === 'syncing') return 'Settings saved'
      return change.compares ? 'Saved. All customers are compared' : 'Saved'
    default:
      return null
  }
}

/**
 * Why a draft was not saved; null if it was. `fault` says what is wrong with a choice that may not be saved. `inForce` describes the settings
 * that were saved on another page, in one sentence; empty if that is not possible.
 */
export function draftRefusal(change: IntegrationChange | null, fault: string, inForce = ''): string | null {
  if (change === null) return null
  return change.kind === 'stale' ? draftCopy.stale(inForce) : notChanged(change, fault)
}

/** Why nothing was changed; null when something was. `fault` is as above: the sync delay is also chosen where there is no draft. */
export function notChanged(change: IntegrationChange, fault: string = syncingCopy.fault): string | null {
  switch (change.kind) {
    case 'turned_off':
    case 'turning_off':
    case 'turned_on':
    case 'saved':
      return null
    case 'stale':
      return 'Someone changed this on another page. Nothing was changed. The current settings are shown.'
    case 'not_connected':
      return 'Nothing was changed: Klaviyo is not connected. Connect it in Settings first.'
    case 'refused':
      return 'Nothing was changed: Klaviyo does not accept the API key. Reconnect in Settings first.'
    case 'nothing_paused':
      return 'Nothing was changed: there is no longer a run to resume. Choose another way to continue.'
    case 'still_settling':
      return 'Nothing was changed: Klaviyo is still importing profiles that were sent before. Try again in a few minutes.'
    case 'reset_not_confirmed':
      return 'Nothing was changed: the reset was not confirmed.'
    case 'invalid':
      return `Nothing was changed: ${fault}`
    case 'prefix_taken':
      return 'Nothing was changed: another shop in this Klaviyo account uses this prefix. Choose another one.'
    case 'events_scope_missing':
      return 'Nothing was changed: the API key lacks the scope events:write. Create a new key in Klaviyo with this scope, replace the key in Settings, and turn on loyalty activity again.'
    case 'klaviyo_unavailable':
      return 'Nothing was changed: Klaviyo isn’t responding right now. Try again in a minute.'
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
