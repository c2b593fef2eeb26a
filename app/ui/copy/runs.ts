import type { TFunction } from 'i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { CardRun, Stall, SyncRunKind } from '#app/core/report/sync-card.ts'
import type { Catalogue } from '../language/translation.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence, shopTimeSince } from '../time/shop-time.ts'

type RunName = keyof Catalogue['runs']['names']

/** What a run is called in the catalogues. A comparison that was not started at night has a name of its own. */
export function runNameOf({ kind, trigger }: Pick<CardRun, 'kind' | 'trigger'>): RunName {
  if (trigger === 'identifiers') return 'identifiers'
  return trigger === 'settings_changed' ? 'comparison' : kind
}

/** How far a run is, as the messages of the catalogues take it. There is no total until Shopify has counted the customers. */
export function runFigures({ read, expected }: Pick<CardRun, 'read' | 'expected'>) {
  return expected === null
    ? { total: 'unknown', read, expected: 0 }
    : { total: 'known', read: Math.min(read, expected), expected }
}

/** What the run is doing. */
export function runPhaseWords(
  t: TFunction,
  run: Pick<CardRun, 'kind' | 'trigger' | 'state' | 'byPages' | 'check'>,
): string {
  return t('runs.phase', { run: t(`runs.names.${runNameOf(run)}`), phase: phaseOf(t, run) })
}

function phaseOf(t: TFunction, { kind, state, byPages, check }: Pick<CardRun, 'kind' | 'state' | 'byPages' | 'check'>) {
  if (state !== 'reading') return t(`runs.phases.${state}`)
  if (check?.state === 'held') return t('heldRun.phase')
  if (check?.state === 'counting') return t('heldRun.counting')
  return t(`runs.reading.${kind}`, { pages: byPages ? 'yes' : 'no' })
}

/** How far the run is, in words. */
export function runProgressWords(t: TFunction, run: CardRun): string {
  const { state, read, rowsWritten, expected } = run
  if (state === 'queued') return t('runs.progress.queued')
  if (state === 'reading' && read === 0 && rowsWritten !== null) {
    return t('runs.progress.prepared', runFigures({ read: rowsWritten, expected }))
  }
  if (expected === null && read === 0) return t('runs.progress.preparing')
  if (expected !== null && state === 'delivering') return t(`runs.progress.delivering.${run.kind}`, { customers: read })
  return t('runs.progress.read', runFigures(run))
}

/** In English `4,000 of 12,000 customers`, and without the total while it is not known. */
export function runPosition(t: TFunction, run: Pick<CardRun, 'read' | 'expected'>): string {
  return t('runs.position', runFigures(run))
}

/** Why a run takes longer than others; null for one that does not. */
export function pagesWords(t: TFunction, { byPages, state }: Pick<CardRun, 'byPages' | 'state'>): string | null {
  return byPages && state !== 'delivering' ? t('runs.byPages') : null
}

export function pausedWords(t: TFunction, run: CardRun): string {
  return t('runs.paused', { run: runNameOf(run), ...runFigures(run) })
}

/** Why a run is stalled, and since when. */
export function stallWords(now: ShopNow, { why, since, until }: Stall): string {
  return now.t(`runs.stalls.${why}`, {
    sinceWhen: shopTimeSince(new Date(since), now),
    untilWhen: until ? shopTimeInSentence(new Date(until), now) : 'none',
  })
}

/** The counts of a run or an hour. Profiles that were sent are in Klaviyo once Klaviyo has imported them. */
export type CountName = Exclude<keyof Catalogue['runs']['counts'], 'recorded'>

/** A baseline sends nothing: the customers that it excludes are recorded. */
export function runCountLabel(t: TFunction, kind: SyncRunKind | 'hour', name: CountName): string {
  return t(`runs.counts.${kind === 'baseline' && name === 'excluded' ? 'recorded' : name}`)
}

/** Whether it waits for a yes, and can be given one. */
export function isHeld({ state, check }: Pick<RunReport, 'state' | 'check'>): boolean {
  return state === 'reading' && check?.state === 'held'
}

/** The state of a run, in a word or two. */
export function runOutcome(t: TFunction, run: RunReport): string {
  if (isHeld(run)) return t('heldRun.phase')
  return t(`runs.outcomes.${run.stall === null ? run.state : 'stalled'}`)
}

/** The result of a finished run that its counts do not show; null if they do. */
export function runResult(t: TFunction, run: RunReport): string | null {
  if (run.state !== 'finished') return null
  if (run.kind === 'baseline') return t('runs.results.baseline', { customers: run.excluded })
  if (run.kind !== 'reconcile') return null
  if (run.trigger === 'identifiers') return t('runs.results.identifiers', { profiles: run.pushed })
  return t(`runs.results.${run.trigger === 'settings_changed' ? 'comparison' : 'reconcile'}`, { profiles: run.pushed })
}

/** What cancelling a run leaves undone. */
export function cancelRest(t: TFunction, run: CardRun): string {
  return t('runs.cancel.rest', { run: run.kind, ...runFigures(run) })
}

/** The toast; null if the message stays on the page. */
export function cancelToast(t: TFunction, cancel: RunCancel): string | null {
  if (cancel.kind === 'cancelled') return t('runs.cancel.done')
  if (cancel.kind === 'confirmed') return t('heldRun.done')
  if (cancel.kind === 'not_held') return t('heldRun.notHeld')
  return cancel.kind === 'over' ? t('runs.cancel.over') : null
}

/** Why a run was not cancelled; null when there is nothing more to cancel. */
export function notCancelled(t: TFunction, cancel: RunCancel): string | null {
  return cancel.kind === 'not_cancellable' ? t('runs.cancel.notCancellable') : null
}
