import type { TFunction } from 'i18next'
import type { IntegrationChange, TurnOn } from '#app/core/report/integration-change.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { countedChanges } from './counted-changes.ts'
import { staleWords } from './draft.ts'
import { pausedWords, runFigures, runNameOf } from './runs.ts'

/** What turning off does to the open run. */
export function runBeforeTurningOff(t: TFunction, run: CardRun | null): string {
  if (run === null) return t('turnOff.noRun')
  if (run.state === 'paused') return `${pausedWords(t, run)} ${t('turnOff.pausedStays')}`
  return t('turnOff.pauses', { run: runNameOf(run), ...runFigures(run) })
}

/** What each way of turning on does, with the current figures. */
export function wayWords(
  t: TFunction,
  way: TurnOn,
  { pending, run, reset }: { pending: number; run: CardRun | null; reset: boolean },
): string {
  const figures = { changes: countedChanges(pending), paused: run === null || reset ? 'none' : 'ends' }
  switch (way) {
    case 'resume':
      return t('turnOn.resume', { ...figures, ...(run ? runFigures(run) : { total: 'none', read: 0, expected: 0 }) })
    case 'past_and_future':
      return reset ? t('turnOn.pastAndFutureAfterReset') : t('turnOn.pastAndFuture', figures)
    case 'future':
      return t('turnOn.future', figures)
  }
}

/** The toast after a change; null if nothing was changed. */
export function changeToast(t: TFunction, change: IntegrationChange): string | null {
  switch (change.kind) {
    case 'turned_off':
    case 'turning_off':
    case 'turned_on':
      return t(`integration.toasts.${change.kind}`)
    case 'saved':
      if (change.setting === 'syncing') return t('integration.toasts.settingsSaved')
      return change.compares ? t('integration.toasts.savedAndCompared') : t('integration.toasts.saved')
    default:
      return null
  }
}

/**
 * Why a draft was not saved; null if it was. `fault` says what is wrong with a choice that may not be saved. `inForce` describes the settings
 * that were saved on another page, in one sentence; empty if that is not possible.
 */
export function draftRefusal(
  t: TFunction,
  change: IntegrationChange | null,
  fault: string,
  inForce = '',
): string | null {
  if (change === null) return null
  return change.kind === 'stale' ? staleWords(t, inForce) : notChanged(t, change, fault)
}

/** Why nothing was changed; null when something was. `fault` is as above: the sync delay is also chosen where there is no draft. */
export function notChanged(t: TFunction, change: IntegrationChange, fault = t('syncing.fault')): string | null {
  switch (change.kind) {
    case 'turned_off':
    case 'turning_off':
    case 'turned_on':
    case 'saved':
      return null
    default:
      return t(`integration.notChanged.${change.kind}`, { fault })
  }
}
