import type { TFunction } from 'i18next'
import { type Checks, howHeard } from '#app/core/loyalty/how-heard.ts'
import type { SentCounts } from '#app/core/profile/mapped-fields.ts'
import { metafieldName, pathText, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { LONGEST_NAME, type NameFault } from '#app/core/profile/mapping-faults.ts'
import type { MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { anyOf, listOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'

type Words = Pick<ShopNow, 't' | 'language'>

/** In English `Email, names, 9 other fields and 2 loyalty or custom fields are sent.` */
export function mappingSummary(t: TFunction, { fields, values }: SentCounts): string {
  if (values === 0) return fields === 0 ? t('mapping.summary.none') : t('mapping.summary.fields', { fields })
  return fields === 0 ? t('mapping.summary.values', { values }) : t('mapping.summary.both', { fields, values })
}

/** `writers` are the apps that write a property of this name by themselves. */
export function nameFaultWords({ t, language }: Words, fault: NameFault, writers: readonly string[]): string {
  return t(`mapping.nameFaults.${fault}`, {
    most: LONGEST_NAME,
    apps: listOf(writers, language),
    appCount: writers.length,
  })
}

/** A warning that stays once the merchant uses a name that other apps write. */
export function foreignWarning({ t, language }: Words, writers: readonly string[]): string {
  return t('mapping.foreign.warning', { apps: anyOf(writers, language) })
}

/** A property that profiles had before Lockstep wrote to them, and the apps that may write it. */
export function writtenByOthersLine({ t, language }: Words, property: string, writers: readonly string[]): string {
  if (writers.length === 0) return property
  return t('mapping.writtenByOthers.line', {
    property,
    apps: listOf(writers, language),
    appCount: writers.length,
  })
}

/** The metafield types that have a name. */
const types = [
  'boolean',
  'date',
  'date_time',
  'money',
  'number_decimal',
  'number_integer',
  'single_line_text_field',
  'multi_line_text_field',
  'url',
  'json',
] as const

/** What a metafield holds, and whether it loses its type on the way. */
export function typeWords(t: TFunction, type: string): string {
  if (type.startsWith('list.')) return t('mapping.listType', { type: typeWords(t, type.slice('list.'.length)) })
  if (type.endsWith('_reference')) return t('mapping.referenceType')
  const known = types.find((one) => one === type)
  return known ? t(`mapping.types.${known}`) : t('mapping.otherType', { type })
}

/** Where a value is found in Shopify, as merchants read it. */
export function sourceWords(t: TFunction, source: ValueSource): string {
  if (source.kind === 'tag') return t('mapping.source.tag', { prefix: source.prefix })
  if (source.kind === 'store_credit') return t('mapping.source.storeCredit')
  return source.path.length === 0 ? metafieldName(source) : `${metafieldName(source)} → ${pathText(source.path)}`
}

/** How a change of a mapped value is heard of, in one line. */
export function heardWords(t: TFunction, source: ValueSource, checks: Checks): string {
  const how = howHeard(source, checks)
  if (how === 'seconds') return t('mapping.heard.seconds')
  if (how === 'next_change') return t('mapping.heard.nextChange')
  if (!checks.hourlyCheck) return t('mapping.heard.nightly')
  return t(checks.nightlyReconcile ? 'mapping.heard.both' : 'mapping.heard.hourly')
}

/** What saving will start. */
export function comparisonWords(t: TFunction, { status, connected, runIsOpen }: MappingView): string {
  if (!connected) return t('mapping.comparison.notConnected')
  if (status !== 'on') return t('mapping.comparison.off')
  return t(runIsOpen ? 'mapping.comparison.afterRun' : 'mapping.comparison.atOnce')
}

/** What clearing does. `minutes` is how long that takes if each profile in sync has something to clear. */
export function clearHelp(t: TFunction, profiles: number, minutes: number): string {
  return profiles === 0 ? t('mapping.clear.help') : t('mapping.clear.helpInSync', { profiles, minutes })
}

/** Why there is nothing to show; null when there is. */
export function noPreview(t: TFunction, preview: MappingPreview): string | null {
  switch (preview.kind) {
    case 'profile':
      return null
    case 'not_sent':
      return t(`mapping.preview.${preview.code}`)
    case 'not_found':
      return t('mapping.preview.notFound')
    case 'unavailable':
      return t('mapping.preview.unavailable')
    case 'mapping_invalid':
      return t('mapping.preview.faulty')
  }
}
