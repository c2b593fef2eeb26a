import { count } from './amounts.ts'

export const syncingCopy = {
  title: 'Syncing',
  delay: 'Sync delay',
  atOnce: 'As changes come',
  wait: 'Wait between syncs',
  waitHelp:
    'Changes made during the wait are put together and sent after it. A full sync is not delayed. A change of the delay also counts for what is waiting.',
  howLong: 'How long to wait',
  custom: 'Custom',
  minutes: 'Minutes to wait',
  minutesUnit: 'minutes',
  minutesFault: 'Enter whole minutes from 1 to 1,440.',
  nightly: 'Nightly check',
  nightlyHelp: 'Once a night Lockstep compares all customers with what was delivered and sends what differs.',
  save: 'Save',
  discard: 'Discard',
} as const

/** `15 minutes`, `6 hours`. */
export function delayWords(minutes: number): string {
  if (minutes % 60 === 0) return minutes === 60 ? '1 hour' : `${count(minutes / 60)} hours`
  return minutes === 1 ? '1 minute' : `${count(minutes)} minutes`
}

/** As one may choose it; the one that is set when waiting is chosen says so. */
export function presetWords(minutes: number, preset: number): string {
  return minutes === preset ? `${delayWords(minutes)} (default)` : delayWords(minutes)
}
