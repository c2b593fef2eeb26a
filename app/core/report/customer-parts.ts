import { type ReasonCode, type RuleCode, ruleCodes } from '../issue/reason-code.ts'

/** How many customers are in one state, as counted in the store. */
export interface StateCount {
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone' | 'forgotten'
  readonly code: ReasonCode | null
  readonly profiles: number
  /** Of these, how many were ever sent. */
  readonly everSynced: number
}

/** Customers that changed and are not sent yet, by the state they were in before. */
export interface WaitingMarks {
  readonly synced: number
  /** Not read by Lockstep yet. */
  readonly unknown: number
}

/** All customers that Lockstep knows of, each in one part: the parts add up to `customers`. */
export interface CustomerParts {
  readonly customers: number
  readonly inSync: number
  /** To be read or sent, or in a request to Klaviyo. */
  readonly waiting: number
  /** The last full sync created as many new profiles as it may: the next one continues with them. */
  readonly waitingAtLimit: number
  readonly leftOut: Readonly<Record<RuleCode, number>>
  readonly futureOnly: number
  readonly alreadyInKlaviyo: number
  readonly noEmail: number
  readonly invalidEmail: number
  readonly otherIssues: number
}

/**
 * Divides customers into parts. A customer that was in sync and has changed since counts as waiting; one that is excluded, or has an issue,
 * stays there until the change is read.
 */
export function customerPartsOf(counts: readonly StateCount[], marks: WaitingMarks): CustomerParts {
  const sum = (which: (count: StateCount) => boolean) =>
    counts.filter(which).reduce((total, { profiles }) => total + profiles, 0)
  const withCode = (code: ReasonCode) => sum((count) => count.code === code && count.state !== 'gone')
  const changed = Math.min(
    marks.synced,
    sum(({ state }) => state === 'synced'),
  )
  const issues = sum(({ state }) => state === 'issue')
  const invalidEmail = sum(({ state, code }) => state === 'issue' && code === 'invalid_email')
  const waitingAtLimit = sum(({ state, code }) => state === 'pending' && code === 'limit')
  const onTheirWay = sum(({ state }) => state === 'pending' || state === 'forgotten') - waitingAtLimit
  const known = sum(({ state }) => state !== 'gone')
  return {
    customers: known + marks.unknown,
    inSync: sum(({ state }) => state === 'synced') - changed,
    waiting: onTheirWay + changed + marks.unknown,
    waitingAtLimit,
    leftOut: Object.fromEntries(ruleCodes.map((code) => [code, withCode(code)])) as Record<RuleCode, number>,
    futureOnly: withCode('future_only'),
    alreadyInKlaviyo: withCode('already_in_klaviyo'),
    noEmail: withCode('no_email'),
    invalidEmail,
    otherIssues: issues - invalidEmail,
  }
}

/** Returns how many customers have a profile that Lockstep keeps in sync: in sync now, or to be sent again. */
export function trackedOf(counts: readonly StateCount[]): number {
  return counts.reduce((total, { state, profiles, everSynced }) => {
    if (state === 'synced') return total + profiles
    return state === 'pending' ? total + everSynced : total
  }, 0)
}
