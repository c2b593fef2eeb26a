import type { Meaning, ValueKind, ValueReading } from '#app/core/profile/mapped-values.ts'
import { count } from './amounts.ts'

/** How a value is read, and what it is for the loyalty program. */
export const mappedValueCopy = {
  meaning: 'Meaning',
  ofField: (field: string) => ` of ${field}`,
  noMeaning: 'None',
  reading: 'How it is read',
  kind: 'Sent as',
  asItIs: 'As it is',
  names: 'Names for values',
  namesHelp:
    'Send a name instead of a value, such as Gold instead of an ID. Without a name, the value is sent as it is.',
  nameFor: (value: string) => `Name for ${value}`,
  namePlaceholder: 'As it is',
  otherValue: 'Another value',
  addValue: 'Add',
  addValueOf: (field: string) => `Add a value of ${field}`,
  nothing: 'Values that mean “none”',
  nothingHelp: 'Separate them with commas, such as: -, none',
  blank: 'If it is blank',
  blanks: {
    nothing: 'The customer has no value',
    unknown: 'Not written yet: keep what Klaviyo has',
  } satisfies Record<ValueReading['blank'], string>,
} as const

export const meaningNames: Readonly<Record<Meaning, string>> = {
  points: 'Points',
  tier: 'Tier',
  lifetime_points: 'Lifetime points',
  points_expiry: 'Points expiry',
  referral_link: 'Referral link',
  referral_code: 'Referral code',
  status: 'Status',
  store_credit: 'Store credit',
}

export const kindNames: Readonly<Record<ValueKind, string>> = {
  number: 'Number',
  text: 'Text',
  date: 'Date',
  boolean: 'Yes or no',
  money: 'Money',
}

/** `Number · 3 names · “-” means none · blank keeps what Klaviyo has`; empty if the value is sent as it is. */
export function readingWords({ as, names, nothing, blank }: ValueReading): string {
  const words = [
    as ? kindNames[as] : '',
    names.length > 0 ? `${count(names.length)} ${names.length === 1 ? 'name' : 'names'}` : '',
    nothing.length > 0 ? `${nothing.map((word) => `“${word}”`).join(' or ')} means none` : '',
    blank === 'unknown' ? 'blank keeps what Klaviyo has' : '',
  ]
  return words.filter(Boolean).join(' · ')
}
