import type { Decision } from './decision.ts'
import type { ProfileOrigin } from './new-profiles.ts'

/** What a dry run plays: a full sync, or saving a choice. */
export const dryRunSubjects = ['full', 'audience', 'mapping', 'destination'] as const

export type DryRunSubject = (typeof dryRunSubjects)[number]

export type DryRunState = 'queued' | 'reading' | 'finished' | 'failed' | 'cancelled'

/** Why a dry run ended without a result. */
export type DryRunFailure = 'shopify_away' | 'too_long' | 'turned_off' | 'disconnected' | 'cancelled_by_hand'

/** What would happen to a customer. `cleared` is changed, and of its profile fields are removed. */
export type Forecast =
  | 'created'
  | 'changed'
  | 'cleared'
  | 'unchanged'
  | 'left_out'
  /** Would wait for the next full run, because of the limit on new profiles. */
  | 'limited'
  | 'issues'
  /** Is being sent now, or could not be read. */
  | 'unclear'

export interface DryRunCounts {
  readonly read: number
  readonly created: number
  /** Including `cleared`. */
  readonly changed: number
  readonly cleared: number
  readonly unchanged: number
  readonly left_out: number
  readonly limited: number
  readonly issues: number
  readonly unclear: number
}

const noCounts: DryRunCounts = {
  read: 0,
  created: 0,
  changed: 0,
  cleared: 0,
  unchanged: 0,
  left_out: 0,
  limited: 0,
  issues: 0,
  unclear: 0,
}

/** A customer to whom something would happen. No values of the customer are stored. */
export interface DryRunExample {
  readonly customerId: string
  readonly forecast: ExampleForecast
}

/** How many examples of each are kept: fifty together. */
export const examplesOf = { created: 10, changed: 15, cleared: 15, left_out: 5, issues: 5 } as const

export type ExampleForecast = keyof typeof examplesOf

/** A dry run that has not ended by then is given up, in milliseconds. */
export const LONGEST_DRY_RUN_MS = 24 * 60 * 60_000

/** Returns what a decision would do to the customer's profile; null if the customer would count nowhere. */
export function forecastOf(
  { kind }: Decision,
  push: { readonly origin: ProfileOrigin; readonly fieldsToClear: unknown } | null,
): Forecast | null {
  switch (kind) {
    case 'push':
      if (push?.origin === 'new') return 'created'
      return push?.fieldsToClear ? 'cleared' : 'changed'
    case 'unchanged':
    case 'already_sending':
    case 'awaiting_id':
    case 'superseded':
      return 'unchanged'
    case 'excluded':
    case 'keep_baseline':
      return 'left_out'
    case 'limited':
      return 'limited'
    case 'issue':
      return 'issues'
    case 'stale':
    case 'wait_for_request':
      return 'unclear'
    case 'gone':
    case 'erased':
      return null
  }
}

/** Returns the counts of a batch. `read` is how many records were read, including those that could not be. */
export function countForecasts(forecasts: readonly (Forecast | null)[], read: number): DryRunCounts {
  const counts = { ...noCounts, read }
  for (const forecast of forecasts) {
    if (forecast) counts[forecast]++
    if (forecast === 'cleared') counts.changed++
  }
  return counts
}

/** Returns the examples with those of another batch, as many of each as are kept. */
export function withExamples(
  before: readonly DryRunExample[],
  more: readonly { readonly customerId: string; readonly forecast: Forecast | null }[],
): DryRunExample[] {
  const examples = [...before]
  const kept = new Map<ExampleForecast, number>()
  for (const { forecast } of before) kept.set(forecast, (kept.get(forecast) ?? 0) + 1)
  for (const { customerId, forecast } of more) {
    if (!isExample(forecast)) continue
    const number = (kept.get(forecast) ?? 0) + 1
    if (number > examplesOf[forecast]) continue
    kept.set(forecast, number)
    examples.push({ customerId, forecast })
  }
  return examples
}

function isExample(forecast: Forecast | null): forecast is ExampleForecast {
  return forecast !== null && Object.hasOwn(examplesOf, forecast)
}
