import type { AlertCause } from '#app/core/alert/causes.ts'
import { type Alerts, isIssuesPercent, isQuietHours, isStillMinutes } from '#app/core/settings/alerts.ts'

/** The choice while it is edited; numbers and times as typed. */
export interface AlertsDraft {
  readonly silenced: readonly AlertCause[]
  readonly stillMinutes: string
  readonly issuesPercent: string
  readonly isQuiet: boolean
  /** By a clock of 24 hours: `22:00`. */
  readonly from: string
  readonly to: string
  readonly weekly: boolean
}

/** What is shown for a merchant who has no quiet hours yet: the night. */
const NIGHT = { from: 22 * 60, to: 7 * 60 }

export function alertsDraftOf({ silenced, stillMinutes, issuesPercent, quiet, weekly }: Alerts): AlertsDraft {
  const { from, to } = quiet ?? NIGHT
  return {
    silenced,
    stillMinutes: String(stillMinutes),
    issuesPercent: String(issuesPercent),
    isQuiet: quiet !== null,
    from: clockText(from),
    to: clockText(to),
    weekly,
  }
}

/** Which of the fields may not be saved. */
export function faultsOf(draft: AlertsDraft) {
  return {
    stillMinutes: !isStillMinutes(numberOf(draft.stillMinutes)),
    issuesPercent: !isIssuesPercent(numberOf(draft.issuesPercent)),
    quiet: draft.isQuiet && !isQuietHours({ from: minuteOf(draft.from), to: minuteOf(draft.to) }),
  }
}

/** The choice as it would be saved; null while a field may not be. */
export function chosenAlerts(draft: AlertsDraft): Alerts | null {
  if (Object.values(faultsOf(draft)).includes(true)) return null
  return {
    silenced: draft.silenced,
    stillMinutes: numberOf(draft.stillMinutes),
    issuesPercent: numberOf(draft.issuesPercent),
    quiet: draft.isQuiet ? { from: minuteOf(draft.from), to: minuteOf(draft.to) } : null,
    weekly: draft.weekly,
  }
}

function numberOf(typed: string): number {
  const digits = typed.trim()
  return /^\d{1,6}$/.test(digits) ? Number(digits) : Number.NaN
}

function clockText(minute: number): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0')
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`
}

function minuteOf(typed: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(typed) ?? []
  return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes)
}
