import type { TFunction } from 'i18next'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import type { InvalidValue } from '#app/core/profile/read-value.ts'
import {
  type ListTab,
  listTabs,
  type OmittedField,
  tabOf,
  type UnsyncedCustomer,
  type UnsyncedReason,
} from '#app/core/report/unsynced-customers.ts'
import type { Catalogue } from '../language/translation.ts'

type FilterName = Exclude<keyof Catalogue['customers']['filter'], 'label' | 'option' | 'all'>
const filterNames: readonly string[] = [
  'rules',
  'rule_tags',
  'rule_account_state',
  'rule_consent',
  'rule_country',
  'rule_segment',
  'rule_company',
  'future_only',
  'already_in_klaviyo',
  'limit',
] satisfies FilterName[]

/** What a list is called among those of its tab. */
export function filterName(t: TFunction, reason: UnsyncedReason): string {
  if (isTab(reason)) return t('customers.filter.all')
  return isFilter(reason) ? t(`customers.filter.${reason}`) : t(`reasons.${reason}.headline`)
}

/** What a list is called on its own, such as `Left out: Tags`. */
export function listName(t: TFunction, reason: UnsyncedReason): string {
  const tab = t(`customers.tabs.${tabOf(reason)}`)
  return isTab(reason) ? tab : `${tab}: ${filterName(t, reason)}`
}

/** The text of an empty list. */
export function emptyWords(t: TFunction, reason: UnsyncedReason, filled: boolean): string {
  if (!filled && reason !== 'run') return t('customers.empty.notAllRead')
  if (isTab(reason) || isFilter(reason)) return t(`customers.empty.${reason}`)
  return t('customers.empty.reason')
}

function isTab(reason: UnsyncedReason): reason is ListTab {
  return (listTabs as readonly string[]).includes(reason)
}

function isFilter(reason: UnsyncedReason): reason is FilterName {
  return filterNames.includes(reason)
}

/** Where a customer stands, in two or three words. */
export function stateWords(t: TFunction, { state, code, waits }: UnsyncedCustomer, resolved: boolean): string {
  if (resolved) return t('customers.states.resolved')
  if (waits && (state === 'issue' || state === 'left_out')) return t('customers.states.retrying')
  return code === 'limit' ? t('customers.states.waiting') : t(`customers.states.${state}`)
}

/** The label of the words beside a reason. */
export function labelOfWords(t: TFunction, code: ReasonCode): string {
  switch (code) {
    case 'too_large':
    case 'fields_withheld':
    case 'unreadable_record':
    case 'conflicting_tags':
      return t(`customers.words.${code}`)
    default:
      return t('customers.words.klaviyo')
  }
}

const namedFields: readonly string[] = [
  'phone_number',
  'external_id',
  'locale',
  'location',
  'first_name',
  'last_name',
] satisfies (keyof Catalogue['omissions']['fields'])[]

/** Which field was left out of a profile, and why. */
export function omissionWords(t: TFunction, { field: name, reason, words }: OmittedField): string {
  const field = namedFields.includes(name)
    ? t(`omissions.fields.${name as keyof Catalogue['omissions']['fields']}`)
    : name.replace(/^(properties|location)\./, '')
  if (reason === 'invalid') return t(`omissions.invalid.${words as InvalidValue}`, { field })
  if (reason === 'taken') return t('omissions.taken', { field })
  return words === '' ? t('omissions.refused', { field }) : t('omissions.refusedBecause', { field, words })
}
