import type { AlertCause } from '../alert/causes.ts'
import type { QuietHours } from '../alert/quiet-hours.ts'
import type { Setting } from './setting.ts'

/** Which alerts a merchant gets, and when. Where messages go is not part of it: each channel is set up by itself. */
export interface Alerts {
  /** The causes without alerts. A cause that a later version adds has them. */
  readonly silenced: readonly AlertCause[]
  /** For how many minutes the sync may stand still before an alert is sent. */
  readonly stillMinutes: number
  /** In per cent: an alert is sent when a larger share of customers has an issue. */
  readonly issuesPercent: number
  /** Null for none. */
  readonly quiet: QuietHours | null
  /** Whether a summary is sent every week. */
  readonly weekly: boolean
}

export const defaultAlerts: Alerts = { silenced: [], stillMinutes: 30, issuesPercent: 5, quiet: null, weekly: false }

const DAY_MINUTES = 24 * 60

/** Whether the sync may stand still for so many minutes: whole ones, from five to a day. */
export function isStillMinutes(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 5 && minutes <= DAY_MINUTES
}

/** Whether this may be the share of customers, in per cent: whole ones, from 1 to 99. */
export function isIssuesPercent(percent: number): boolean {
  return Number.isInteger(percent) && percent >= 1 && percent <= 99
}

/** Whether both are minutes of a day. Hours that begin and end at the same one would be none, or all. */
export function isQuietHours({ from, to }: QuietHours): boolean {
  const isMinute = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute < DAY_MINUTES
  return isMinute(from) && isMinute(to) && from !== to
}

export const alertsSetting: Setting<Alerts> = {
  initial: defaultAlerts,
  isValid: ({ stillMinutes, issuesPercent, quiet }) =>
    isStillMinutes(stillMinutes) && isIssuesPercent(issuesPercent) && (quiet === null || isQuietHours(quiet)),
  needsComparison: () => false,
}
