import { RESET_WORD, type TurnOn } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { type DelayDraft, delayDraftOf, delayMinutesOf } from './delay-draft.ts'

/** The choices of the dialog for turning on, while they are edited. */
export interface TurnOnDraft {
  /** Null until one is chosen. */
  readonly how: TurnOn | null
  readonly delay: DelayDraft
  readonly reset: boolean
  readonly resetWord: string
}

/** What is sent to the server. A field that is left out is not changed. */
export interface TurnOnAsked {
  readonly how: TurnOn
  readonly resetWord?: string
  readonly syncDelayMinutes?: number
}

export interface TurnOnFaults {
  readonly delay: boolean
  readonly resetWord: boolean
}

export function turnOnDraftOf(card: SyncCard): TurnOnDraft {
  return { how: null, delay: delayDraftOf(card.integration.syncDelayMs), reset: false, resetWord: '' }
}

/** The ways to choose from, the default first. After a reset there is nothing to resume. */
export function waysToTurnOn(card: Pick<SyncCard, 'run'>, { reset }: Pick<TurnOnDraft, 'reset'>): readonly TurnOn[] {
  return card.run === null || reset ? ['past_and_future', 'future'] : ['resume', 'past_and_future', 'future']
}

export function chosenWay(card: Pick<SyncCard, 'run'>, draft: Pick<TurnOnDraft, 'how' | 'reset'>): TurnOn {
  const ways = waysToTurnOn(card, draft)
  return ways.find((way) => way === draft.how) ?? ways[0] ?? 'past_and_future'
}

export function turnOnFaults({ delay, reset, resetWord }: TurnOnDraft): TurnOnFaults {
  return { delay: delayMinutesOf(delay) === null, resetWord: reset && resetWord.trim().toUpperCase() !== RESET_WORD }
}

/** Null while the draft is not valid. */
export function turnOnAsked(card: SyncCard, draft: TurnOnDraft): TurnOnAsked | null {
  const faults = turnOnFaults(draft)
  const minutes = delayMinutesOf(draft.delay)
  if (faults.delay || faults.resetWord || minutes === null) return null
  return {
    how: chosenWay(card, draft),
    ...(draft.reset && { resetWord: draft.resetWord.trim() }),
    ...(minutes * 60_000 !== card.integration.syncDelayMs && { syncDelayMinutes: minutes }),
  }
}
