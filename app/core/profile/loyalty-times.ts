import { type LoyaltyValues, mappedMeanings } from './loyalty.ts'
import { type ComputedField, type ComputedFields, computedFields, type Mapping } from './mapped-fields.ts'
import { type Meaning, meanings } from './mapped-values.ts'
import { type Sharing, sentName } from './sharing.ts'

/** When a customer's loyalty values changed, as far as Lockstep has seen it; null if it never has. */
export interface LoyaltyTimes {
  /** Since when the customer has this tier, or no tier any more. */
  readonly tierSince: Date | null
  /** When any of the values last changed. */
  readonly changedAt: Date | null
}

export const noTimes: LoyaltyTimes = { tierSince: null, changedAt: null }

/** Values, and the times that were sent with them. */
export interface TimedValues {
  readonly values: LoyaltyValues
  readonly times: LoyaltyTimes
}

/** What is stored of a customer's loyalty values. */
export interface KnownLoyalty {
  /** As last delivered. */
  readonly delivered: TimedValues
  /** What an import carries, or what was to be sent and may have been delivered; null if there is nothing like that. */
  readonly sent: TimedValues | null
  /** A full run was to deliver the next values: the change triggers no flow, whichever run or drain delivers it. */
  readonly backfill: boolean
}

/** Returns the times that are sent: those that are on, if values are mapped that they can follow from. */
export function timesSent(mapping: Pick<Mapping, 'computed' | 'values'>): ComputedField[] {
  const kinds = mappedMeanings(mapping)
  return computedFields.filter(
    (field) => mapping.computed[field].on && (field === 'tierSince' ? kinds.includes('tier') : kinds.length > 0),
  )
}

/**
 * Returns the times that are sent with these values, which were read at `readAt`. A value that is seen for the first time has not changed.
 * Values that were sent before, and may have been delivered, keep the times that they were sent with.
 */
export function timesOf(
  values: LoyaltyValues,
  known: KnownLoyalty | undefined,
  { sent, readAt }: { sent: readonly ComputedField[]; readAt: Date },
): LoyaltyTimes {
  if (!known) return noTimes
  const wasSent = known.sent !== null && movedBetween(known.sent.values, values).length === 0
  const { values: before, times } = wasSent ? known.sent : known.delivered
  const moved = movedBetween(before, values)
  const at = new Date(Math.floor(readAt.getTime() / 1000) * 1000)
  const tierSince = moved.includes('tier') ? at : times.tierSince
  const changedAt = moved.length > 0 ? at : times.changedAt
  return {
    tierSince: sent.includes('tierSince') ? tierSince : null,
    changedAt: sent.includes('lastChanged') ? changedAt : null,
  }
}

/** Returns the meanings whose value differs. None of which only one is known. */
export function movedBetween(before: LoyaltyValues, now: LoyaltyValues): Meaning[] {
  return meanings.filter((kind) => {
    const [one, other] = [before[kind], now[kind]]
    return one !== undefined && other !== undefined && String(one) !== String(other)
  })
}

export function sameTimes(one: LoyaltyTimes, other: LoyaltyTimes): boolean {
  return (
    one.tierSince?.getTime() === other.tierSince?.getTime() && one.changedAt?.getTime() === other.changedAt?.getTime()
  )
}

/** Returns the properties for the times, as ISO 8601 in UTC to the second; none for a time that is not known. */
export function timeProperties(
  times: LoyaltyTimes,
  computed: ComputedFields,
  sharing: Sharing,
): Record<string, string> {
  const written = [
    [computed.tierSince, times.tierSince],
    [computed.lastChanged, times.changedAt],
  ] as const
  return Object.fromEntries(
    written.flatMap(([{ on, name }, time]) =>
      on && time ? [[sentName(sharing, name), `${time.toISOString().slice(0, 19)}Z`]] : [],
    ),
  )
}
