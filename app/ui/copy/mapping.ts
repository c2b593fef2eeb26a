import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import { type Checks, howHeard } from '#app/core/loyalty/how-heard.ts'
import type { OptionalAttribute, SentCounts, StandardField } from '#app/core/profile/mapped-fields.ts'
import { metafieldName, pathText, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { LONGEST_NAME, MAX_VALUES, type NameFault } from '#app/core/profile/mapping-faults.ts'
import type { FieldChange, MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { amountOf, count } from './amounts.ts'

export const mappingCopy = {
  title: 'Field mapping',
  about: 'Choose which customer fields and metafields go to Klaviyo, and under which property names.',
  open: 'Choose fields',
  fault: 'a name is empty, too long, reserved or used twice, or too many fields are mapped.',
  always: 'Email, first name and last name are always sent, if the customer has them.',
  attributes: 'Klaviyo fields',
  standard: 'Customer fields',
  values: 'Loyalty and custom fields',
  noValues: 'No loyalty or custom fields are sent.',
  columns: 'The Shopify field, then the name of its Klaviyo property.',
  nameOf: (field: string) => `Klaviyo property for ${field}`,
  withCurrency: (name: string) => `The currency is sent as ${name}.`,
  remove: 'Remove',
  removeOf: (field: string) => `Remove ${field}`,
  restore: 'Restore defaults',
  unknown: 'This metafield has no definition, or it was deleted. Nothing is sent until customers have a value.',
  unreadable:
    'Not readable: the app that owns this metafield does not let other apps read it. Ask its maker to allow that, or map a tag instead.',
  tooMany: `At most ${MAX_VALUES} loyalty and custom fields can be sent. Remove some of them.`,
} as const

/** `Email, names, 9 other fields and 2 loyalty or custom fields are sent.` */
export function mappingSummary({ fields, values }: SentCounts): string {
  const sent = ['Email', 'names']
  if (fields > 0) sent.push(amountOf(fields, 'other field'))
  if (values > 0) sent.push(amountOf(values, 'loyalty or custom field'))
  return `${sent.slice(0, -1).join(', ')} and ${sent.at(-1)} are sent.`
}

export const attributeNames: Record<OptionalAttribute, string> = {
  phone_number: 'Phone number',
  locale: 'Language',
  location: 'Default address',
  external_id: 'External ID (the Shopify customer number)',
}

/** Warnings about Klaviyo fields. */
export const attributeWarnings: Partial<Record<OptionalAttribute, string>> = {
  external_id:
    'Leave this off unless you need it. Klaviyo permanently merges profiles with the same external ID, and other integrations write their own IDs there, which are overwritten.',
}

export const standardNames: Record<StandardField, string> = {
  accountState: 'Account state',
  amountSpent: 'Amount spent',
  emailConsent: 'Email consent',
  orderCount: 'Number of orders',
  smsConsent: 'SMS consent',
  tags: 'Tags',
}

export const nameFaults: Record<NameFault, string> = {
  empty: 'Enter a property name.',
  too_long: `Enter at most ${LONGEST_NAME} characters.`,
  unprintable: 'Line breaks and broken characters cannot be part of a name.',
  reserved: 'Klaviyo reserves this name. Choose another one.',
  twice: 'Another field is sent under this name. Choose another one.',
  mapped_twice: 'This value is already in another row. Remove one of them.',
  meaning_twice: 'Another row has the same meaning. Choose another meaning for one of them.',
  foreign: 'Another app writes this property by itself. Choose another name.',
}

/** A mapped metafield that can't be read any more. `when` is a time of the shop's clock. */
export const heldWords: Readonly<Record<HeldSource['reason'], (when: string) => string>> = {
  unreadable: (when) =>
    `Since ${when}, the app that owns this metafield has not let other apps read it. Klaviyo keeps the values it has. Ask the app’s maker to allow it again, or map another field.`,
  vanished: (when) =>
    `Since ${when}, no customer has had this metafield. The app may have moved it: add it again under its new name. Klaviyo keeps the values it has until you remove this one.`,
}

export const writtenByOthersCopy = {
  title: (names: number) =>
    names === 1
      ? 'Another app may write one of these properties, too'
      : `Another app may write ${names} of these properties, too`,
  body: 'When Klaviyo was connected, profiles that Lockstep had not written already had these properties. If another app still writes them, the two replace each other’s values. Choose other names for them below, or turn them off in the other app.',
  line: (name: string, apps: readonly string[]) =>
    apps.length === 0 ? name : `${name}, which ${apps.join(' and ')} ${apps.length === 1 ? 'writes' : 'write'}`,
} as const

/** A name under which another app sends its own values. */
export const foreignCopy = {
  /** While the name may not be saved. */
  fault: (apps: readonly string[]) =>
    `${apps.join(' and ')} ${apps.length === 1 ? 'writes' : 'write'} this property too, so the values would overwrite each other. Choose another name.`,
  /** Once the merchant uses the name anyway. */
  warning: (apps: readonly string[]) =>
    `If ${apps.join(' or ')} sends this property too, the values overwrite each other.`,
  insist: 'Use this name anyway',
} as const

export const pickerCopy = {
  title: 'Add a field',
  search: 'Search by name, namespace and key, or type',
  add: 'Add',
  addOf: (name: string) => `Add ${name}`,
  example: (values: readonly string[]) => `For example: ${values.join(', ')}`,
  unavailable: 'Shopify can’t list the metafields right now. Reload the page to try again.',
  none: 'This shop has no metafields for customers.',
  noMatch: 'No other metafields match.',
  more: (more: number) => `${count(more)} more. Search to find them.`,
} as const

/** The values inside a JSON metafield. */
export const jsonCopy = {
  open: 'Choose a value',
  openOf: (name: string) => `Choose a value in ${name}`,
  about: 'This is what one of your customers has. Select the value to send.',
  list: (name: string) => `Values in ${name}`,
  add: (path: string) => `Add ${path}`,
  added: 'Added',
  type: 'JSON',
  whole: 'Add all of it as text',
  empty: 'Empty',
  cut: 'This is too long to show in full. Only the first values are shown.',
} as const

export const tagCopy = {
  title: 'Add a tag',
  about: 'For apps that tag customers, such as “VIP: Gold”. Enter what stays the same, and the rest is sent.',
  label: 'Tag begins with',
  placeholder: 'VIP: ',
  example: (endings: readonly string[]) => `For example: ${endings.join(', ')}`,
  addTyped: 'Add tag',
} as const

export const storeCreditCopy = {
  title: 'Add store credit',
  add: 'Add store credit',
  about: 'The balance in your shop’s currency. Shopify asks you once to let Lockstep read store credit.',
  declined: 'Lockstep may not read store credit, so it was not added.',
  unavailable: 'Shopify can’t ask for access to store credit right now. Try again.',
} as const

const typeNames: Readonly<Record<string, string>> = {
  boolean: 'True or false',
  date: 'Date',
  date_time: 'Date and time',
  money: 'Money',
  number_decimal: 'Decimal number',
  number_integer: 'Whole number',
  single_line_text_field: 'Text',
  multi_line_text_field: 'Multi-line text',
  url: 'URL',
  json: 'JSON, sent as text',
}

/** What a metafield holds, and whether it loses its type on the way. */
export function typeWords(type: string): string {
  if (type.startsWith('list.')) return `List: ${typeWords(type.slice('list.'.length))}`
  if (type.endsWith('_reference')) return `Reference, sent as Shopify's ID`
  return typeNames[type] ?? `${type}, sent as text`
}

export const clearCopy = {
  label: 'Clear fields in Klaviyo that are no longer sent',
  /** `minutes` is how long that takes if each profile has something to clear. */
  help: (profiles: number, minutes: number) =>
    profiles === 0
      ? 'Fields that Lockstep delivered and that you rename, turn off or remove are cleared from the profiles.'
      : `Fields that Lockstep delivered and that you rename, turn off or remove are cleared from the profiles, one profile at a time: about ${count(minutes)} minute${minutes === 1 ? '' : 's'} for the ${amountOf(profiles, 'profile')} in sync. If this is off, the old values stay in Klaviyo.`,
} as const

/** Where a value is found in Shopify, as merchants read it. */
export function sourceWords(source: ValueSource): string {
  if (source.kind === 'tag') return `Tag that begins with “${source.prefix}”`
  if (source.kind === 'store_credit') return 'Store credit balance'
  return source.path.length === 0 ? metafieldName(source) : `${metafieldName(source)} → ${pathText(source.path)}`
}

/** How a change of a mapped value is heard of, in one line. */
export function heardWords(source: ValueSource, checks: Checks): string {
  const how = howHeard(source, checks)
  if (how === 'seconds') return 'Changes are noticed within seconds.'
  if (how === 'next_change') return 'Changes are noticed with the customer’s next change.'
  if (!checks.hourlyCheck) return 'Changes are noticed with the customer’s next change, or by the nightly check.'
  return checks.nightlyReconcile
    ? 'Changes are noticed with the customer’s next change, or by the hourly or nightly check.'
    : 'Changes are noticed with the customer’s next change, or by the hourly check.'
}

/** What saving will start. */
export function comparisonWords({ status, connected, runIsOpen }: MappingView): string {
  const what = 'all customers are compared and those whose profile differs are sent'
  if (!connected) return 'Once Klaviyo is connected, customers are sent like this.'
  if (status !== 'on') return `Saving sends nothing while the integration is off. After it is turned on, ${what}.`
  if (runIsOpen) return `After saving, and once the current sync has ended, ${what}.`
  return `After saving, ${what}. This starts at once.`
}

export const previewCopy = {
  title: 'Preview',
  query: 'Email or customer number',
  queryHelp: 'Leave empty for the customer that changed last. The customer is read live from Shopify and not stored.',
  button: 'Show preview',
  faulty: 'Correct the names above first.',
  list: 'What would be sent',
  empty: 'Not sent',
  customer: (email: string) => `What would be sent for ${email}`,
  tooLarge: (field: string, bytes: number) =>
    `This profile would not be sent: with ${count(bytes)} bytes it is larger than the 100,000 that are sent to Klaviyo. The largest field is ${field}.`,
} as const

export const againstWords = {
  same: 'Same as what was last delivered.',
  differs:
    'Differs from what was last delivered. Lockstep keeps the names of delivered fields and a fingerprint, but no values: “sent before” means that only the name is known.',
  never: 'Nothing was delivered for this customer yet.',
} as const satisfies Record<Extract<MappingPreview, { kind: 'profile' }>['against'], string>

export const changeWords: Record<FieldChange, string> = {
  changed: 'Changed',
  unchanged: 'Unchanged',
  new: 'New',
  sent_before: 'Sent before',
  cleared: 'Cleared',
  kept: 'Left in Klaviyo',
}

/** Why there is nothing to show; null when there is. */
export function noPreview(preview: MappingPreview): string | null {
  switch (preview.kind) {
    case 'profile':
      return null
    case 'not_sent':
      return preview.code === 'no_email'
        ? 'This customer has no email address, and is not sent.'
        : 'The email address of this customer is not valid. The customer is not sent.'
    case 'not_found':
      return 'No customer was found.'
    case 'unavailable':
      return 'Shopify can’t show the customer right now. Try again.'
    case 'mapping_invalid':
      return previewCopy.faulty
  }
}
