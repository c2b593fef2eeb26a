import { count } from './amounts.ts'

export const syncingCopy = {
  title: 'Sync settings',
  fault: 'the sync delay must be whole minutes from 1 to 1,440.',
  delay: 'Sync delay',
  atOnce: 'Immediately',
  wait: 'Wait between syncs',
  waitHelp:
    'Changes made during the wait are combined and sent after it. Full syncs are not delayed. A new delay also applies to changes that are already waiting.',
  howLong: 'How long to wait',
  custom: 'Custom',
  minutes: 'Minutes to wait',
  minutesUnit: 'minutes',
  minutesFault: 'Enter whole minutes from 1 to 1,440.',
  nightly: 'Nightly check',
  nightlyHelp: 'Every night, Lockstep compares all customers with what was delivered and sends the differences.',
  hourly: 'Hourly check',
  hourlyHelp:
    'Once an hour, Lockstep asks Shopify which customers changed and reads those that it has not read since. It finds what Shopify counts as a change of the customer, which not every loyalty app’s fields do.',
} as const

/** `15 minutes`, `6 hours`. */
export function delayWords(minutes: number): string {
  if (minutes % 60 === 0) return minutes === 60 ? '1 hour' : `${count(minutes / 60)} hours`
  return minutes === 1 ? '1 minute' : `${count(minutes)} minutes`
}

/** The label of a preset; the default is marked. */
export function presetWords(minutes: number, preset: number): string {
  return minutes === preset ? `${delayWords(minutes)} (default)` : delayWords(minutes)
}
