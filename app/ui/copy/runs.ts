import type { RunEnd, RunReport } from '#app/core/report/activity.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { CardRun, Stall, SyncRunKind, SyncRunTrigger } from '#app/core/report/sync-card.ts'
import { amountOf, count } from './amounts.ts'
import { shopifyTroubleCopy } from './shopify-trouble.ts'

/** A run's name: as a heading, with an indefinite article, and with a definite one. */
interface RunWords {
  readonly name: string
  readonly one: string
  readonly this: string
}

const runKinds: Record<SyncRunKind, RunWords> = {
  full: { name: 'Full sync', one: 'A full sync', this: 'the full sync' },
  baseline: { name: 'Recording customers', one: 'A recording of customers', this: 'the recording of customers' },
  reconcile: { name: 'Nightly check', one: 'A nightly check', this: 'the nightly check' },
  catch_up: { name: 'Catching up', one: 'A catch-up', this: 'the catch-up' },
}

const comparisonWords: RunWords = {
  name: 'Check of all customers',
  one: 'A check of all customers',
  this: 'the check of all customers',
}

const identifierWords: RunWords = {
  name: 'Adding phone numbers',
  one: 'A run that adds phone numbers',
  this: 'adding phone numbers',
}

/** The name of a run. A comparison that was not started at night has a name of its own. */
export function runWords({ kind, trigger }: { kind: SyncRunKind; trigger: SyncRunTrigger }): RunWords {
  if (trigger === 'identifiers') return identifierWords
  return trigger === 'settings_changed' ? comparisonWords : runKinds[kind]
}

const readingWords: Record<SyncRunKind, string> = {
  full: 'Reading customers and sending them to Klaviyo',
  baseline: 'Reading customers without sending them',
  reconcile: 'Comparing customers with what was delivered',
  catch_up: 'Reading customers and sending them to Klaviyo',
}

/** What the run is doing. */
export function runPhaseWords(run: Pick<CardRun, 'kind' | 'trigger' | 'state' | 'byPages'>): string {
  const { kind, state } = run
  const phase = {
    queued: 'Waiting to start',
    reading: run.byPages ? `${readingWords[kind]}, page by page` : readingWords[kind],
    delivering: 'Waiting for Klaviyo to import the profiles',
    paused: 'Paused',
  }
  return `${runWords(run).name} · ${phase[state]}`
}

/** How far the run is, in words. There is no total until Shopify has counted the customers. */
export function runProgressWords(run: CardRun): string {
  if (run.state === 'queued') return 'The sync starts in a moment.'
  if (run.state === 'reading' && run.read === 0 && run.rowsWritten !== null)
    return preparedWords(run.rowsWritten, run.expected)
  if (run.expected === null) {
    return run.read === 0 ? 'Shopify is preparing your customers.' : `${amountOf(run.read, 'customer')} read so far.`
  }
  if (run.state === 'delivering') return `All ${amountOf(run.read, 'customer')} ${allDone[run.kind]}.`
  return `${ofAll(run.read, run.expected)} read.`
}

const allDone: Record<SyncRunKind, string> = {
  full: 'read and sent',
  baseline: 'read',
  reconcile: 'read and compared',
  catch_up: 'read and sent',
}

function preparedWords(rowsWritten: number, expected: number | null): string {
  if (expected === null) return `Shopify has prepared ${amountOf(rowsWritten, 'customer')} so far.`
  return `Shopify has prepared ${ofAll(rowsWritten, expected)}.`
}

/** `4,000 of 12,000 customers`, and without the total while it is not known. */
export function runPosition({ read, expected }: Pick<CardRun, 'read' | 'expected'>): string {
  return expected === null ? amountOf(read, 'customer') : ofAll(read, expected)
}

function ofAll(amount: number, expected: number): string {
  return `${count(Math.min(amount, expected))} of ${amountOf(expected, 'customer')}`
}

/** Why a run takes longer than others; null for one that does not. */
export function pagesWords({ byPages, state }: Pick<CardRun, 'byPages' | 'state'>): string | null {
  if (!byPages || state === 'delivering') return null
  return 'Shopify refused or failed to write the customers to a file (bulk operation), so they are read page by page. This takes longer.'
}

export function pausedWords(run: CardRun): string {
  return `${runWords(run).one} is paused at ${runPosition(run)}.`
}

/** Why a run is stalled, and since when. */
export function stallWords(stall: Stall, time: (at: Date) => string): string {
  return `Stalled since ${time(new Date(stall.since))}: ${whyStalled(stall, time)}`
}

function whyStalled(stall: Stall, time: (at: Date) => string): string {
  switch (stall.why) {
    case 'shopify_preparing':
      return 'waiting for Shopify to write the customers into a file.'
    case 'shopify_away':
      return 'waiting for Shopify to answer.'
    case 'klaviyo_throttled':
      return `Klaviyo asked us to wait.${stall.until ? ` It continues at ${time(new Date(stall.until))}.` : ''}`
    case 'klaviyo_refused':
      return 'Klaviyo does not accept the API key. Reconnect in Settings.'
    case 'klaviyo_importing':
      return 'waiting for Klaviyo to import the profiles.'
    case 'klaviyo_away':
      return `Klaviyo does not answer.${stall.until ? ` The next try is at ${time(new Date(stall.until))}.` : ''}`
    case 'klaviyo_outdated':
      return 'Klaviyo rejects what this version of Lockstep sends. Contact support to have Lockstep updated.'
    case 'no_worker':
      return 'no worker is running. Contact support.'
    default:
      return shopifyTroubleCopy[stall.why].stalled
  }
}

/** The counts of a run. Profiles that were sent are in Klaviyo once Klaviyo has imported them. */
export const countLabels = {
  webhooks: 'Messages from Shopify',
  read: 'Read',
  pushed: 'Sent to Klaviyo',
  unchanged: 'Unchanged',
  excluded: 'Left out',
  issues: 'Issues',
} as const

/** A baseline sends nothing: the customers that it excludes are recorded. */
export function runCountLabel(kind: SyncRunKind | 'hour', name: keyof typeof countLabels): string {
  return kind === 'baseline' && name === 'excluded' ? 'Recorded' : countLabels[name]
}

export const triggerWords: Record<SyncRunTrigger, string> = {
  connecting: 'after connecting',
  by_hand: 'manually',
  switched_on: 'when the integration was turned on',
  nightly: 'automatically, at night',
  storm: 'because many customers changed at once',
  settings_changed: 'because the settings were changed',
  never_filled: 'automatically, because the first full sync did not finish',
  identifiers: 'to add phone numbers to new profiles',
}

export const runCopy = {
  startedAt: 'Started at',
  endedAt: 'Ended',
  took: 'Duration',
  started: 'Started',
  you: 'by you',
  by: 'by',
  staff: 'a staff member',
  staffInShopify: 'a staff member, opens in Shopify in a new tab',
  cancelledBy: 'Cancelled',
  shopifySays: 'Shopify says:',
  progress: 'Progress',
  counts: 'Customers',
} as const

/** The state of a run, in a word or two. */
export function runOutcome(run: RunReport): string {
  if (run.stall !== null) return 'Stalled'
  switch (run.state) {
    case 'queued':
      return 'Waiting to start'
    case 'reading':
    case 'delivering':
      return 'In progress'
    case 'paused':
      return 'Paused'
    case 'finished':
      return 'Finished'
    case 'failed':
      return 'Failed'
    case 'cancelled':
      return 'Cancelled'
  }
}

/** Shown beside a run with issues. */
export function runIssuesWords(issues: number): string {
  return `${amountOf(issues, 'customer')} with an issue`
}

/** The result of a finished run that its counts do not show; null if they do. */
export function runResult(run: RunReport): string | null {
  if (run.state !== 'finished') return null
  if (run.kind === 'baseline') return `Recorded ${amountOf(run.excluded, 'customer')} as they were.`
  if (run.kind !== 'reconcile') return null
  if (run.trigger === 'identifiers') return `Added phone numbers or external IDs to ${amountOf(run.pushed, 'profile')}.`
  if (run.trigger === 'settings_changed') {
    return run.pushed === 0 ? 'No profiles had to change.' : `Changed ${amountOf(run.pushed, 'profile')}.`
  }
  return run.pushed === 0 ? 'No differences found.' : `Repaired ${amountOf(run.pushed, 'profile')}.`
}

/** Why a run ended early. The staff member that cancelled it is shown beside. */
export function runEndWords(end: RunEnd): string {
  switch (end.why) {
    case 'cancelled_by_hand':
      return 'Profiles that were sent stay in Klaviyo.'
    case 'superseded':
      return 'It was replaced by another run that reads all of these customers.'
    case 'reset':
      return 'The integration was turned on with a reset.'
    case 'disconnected':
      return 'Klaviyo was disconnected.'
    case 'another_account':
      return 'Another Klaviyo account was connected.'
    case 'uninstalled':
      return 'The app was uninstalled.'
    case 'shopify_away':
      return 'Shopify did not answer for too long. Press Sync customers to try again.'
    case 'shopify_refused':
      return 'Shopify could not provide all customers. Press Sync customers to try again. If it stops again, contact support.'
  }
}

export const cancelCopy = {
  button: 'Cancel',
  buttonLabel: (run: CardRun) => `Cancel ${runWords(run).this}`,
  title: (run: CardRun) => `Cancel ${runWords(run).this}?`,
  stays: (kind: SyncRunKind) =>
    kind === 'baseline' ? 'What was recorded stays recorded.' : 'Profiles that were sent stay in Klaviyo.',
  rest: (run: CardRun) =>
    `${runPosition(run)} ${run.expected === null && run.read === 1 ? 'was' : 'were'} read; the rest is not ${run.kind === 'baseline' ? 'recorded' : 'synced'} by this run.`,
  nightly: 'The nightly check compares the rest and sends the differences.',
  confirm: 'Cancel run',
  keep: 'Keep running',
} as const

/** The toast; null if the message stays on the page. */
export function cancelToast(cancel: RunCancel): string | null {
  if (cancel.kind === 'cancelled') return 'Cancelled'
  return cancel.kind === 'over' ? 'The run had already ended' : null
}

/** Why a run was not cancelled; null when there is nothing more to cancel. */
export function notCancelled(cancel: RunCancel): string | null {
  return cancel.kind === 'not_cancellable'
    ? 'Not cancelled: this run sends changes. To pause it, turn the integration off.'
    : null
}
