import type { InvalidValue } from '#app/core/profile/read-value.ts'
import type { OmittedField } from '#app/core/report/unsynced-customers.ts'

/** For a customer that is in sync except for fields that were left out. */
export const omissionCopy = {
  headline: 'In sync, without one or more fields',
  whatToDo:
    'Everything else is in Klaviyo. Correct the field in Shopify, or remove it from the other profile in Klaviyo; it is then added automatically.',
} as const

const fieldNames: Readonly<Record<string, string>> = {
  phone_number: 'Phone number',
  external_id: 'External ID',
  locale: 'Language',
  location: 'Address',
  first_name: 'First name',
  last_name: 'Last name',
}

const invalidWords: Readonly<Record<InvalidValue, string>> = {
  not_number: 'the value in Shopify is not a number',
  not_text: 'the value in Shopify is a list or a group of values, not a text',
  not_date: 'the value in Shopify is not a date that Lockstep can read',
  not_boolean: 'the value in Shopify is neither true nor false',
  not_money: 'the value in Shopify is not an amount of money',
  not_json: 'the metafield in Shopify does not hold valid JSON',
}

/** Which field was left out of a profile, and why. */
export function omissionWords({ field, reason, words }: OmittedField): string {
  const name = fieldNames[field] ?? field.replace(/^(properties|location)\./, '')
  if (reason === 'invalid')
    return `${name} not sent: ${invalidWords[words as InvalidValue]}. Klaviyo keeps the value it has.`
  if (reason === 'taken') return `${name} not sent: it belongs to another Klaviyo profile.`
  return words === '' ? `${name} not sent: Klaviyo does not take it.` : `${name} not sent. Klaviyo says: ${words}`
}
