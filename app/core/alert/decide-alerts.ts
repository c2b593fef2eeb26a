import type { Alerts } from '../settings/alerts.ts'
import { type AlertCause, alertCauses } from './causes.ts'
import { type AlertFacts, type Condition, conditions } from './observe.ts'

/** An alert that was sent, whose cause is not over. */
export interface OpenAlert {
  readonly id: string
  readonly cause: AlertCause
  /** Since when it is absent; null while it is present. */
  readonly clearSince: Date | null
}

/** What changes about a shop's alerts. */
export interface AlertChanges {
  readonly opened: readonly ({ readonly cause: AlertCause } & Condition)[]
  /** Absent now, but not for long enough to be over. */
  readonly cleared: readonly OpenAlert[]
  /** Present again before they were over: no message is sent. */
  readonly returned: readonly OpenAlert[]
  readonly over: readonly { readonly alert: OpenAlert; readonly overAt: Date; readonly why: Ending }[]
}

/** `silenced`: the merchant turned alerts for this cause off, so no message is sent about its end. */
export type Ending = 'resolved' | 'off' | 'silenced'

const MINUTE_MS = 60_000
/** In milliseconds. A cause is over when it was absent for this long without a break, so that one that comes and goes is one alert. */
const OVER_AFTER_MS = 15 * MINUTE_MS

/**
 * Decides what has begun and what is over. A cause opens at once when it is seen. It is over when it has been absent for fifteen minutes;
 * a stalled sync also for as long as it takes to be told of, so that a sync that moves now and then stays one alert. While the integration
 * is off or nothing is connected, no cause is present.
 */
export function decideAlerts(
  facts: AlertFacts,
  { choice, open, now }: { readonly choice: Alerts; readonly open: readonly OpenAlert[]; readonly now: Date },
): AlertChanges {
  const isWatched = facts.card.integration.status === 'on' && facts.card.connection.kind !== 'none'
  const changes = { opened: [], cleared: [], returned: [], over: [] } as {
    -readonly [Key in keyof AlertChanges]: AlertChanges[Key][number][]
  }
  for (const cause of alertCauses) {
    const alert = open.find((one) => one.cause === cause)
    const isSilenced = choice.silenced.includes(cause)
    const seen =
      isWatched && !isSilenced ? conditions[cause](facts, { choice, isOpen: alert !== undefined, now }) : null
    if (!alert) {
      if (seen) changes.opened.push({ cause, ...seen })
    } else if (isSilenced) changes.over.push({ alert, overAt: now, why: 'silenced' })
    else if (seen) {
      if (alert.clearSince) changes.returned.push(alert)
    } else if (!alert.clearSince) changes.cleared.push(alert)
    else if (now.getTime() - alert.clearSince.getTime() >= overAfterMs(cause, choice)) {
      changes.over.push({ alert, overAt: alert.clearSince, why: isWatched ? 'resolved' : 'off' })
    }
  }
  return changes
}

function overAfterMs(cause: AlertCause, { stillMinutes }: Alerts): number {
  return cause === 'stalled' ? Math.max(OVER_AFTER_MS, stillMinutes * MINUTE_MS) : OVER_AFTER_MS
}
