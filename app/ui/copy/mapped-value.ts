import type { ValueReading } from '#app/core/profile/mapped-values.ts'
import { anyOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'

/** In English `Number · 3 names · “-” means none · blank keeps what Klaviyo has`; empty if the value is sent as it is. */
export function readingWords(
  { t, language }: Pick<ShopNow, 't' | 'language'>,
  { as, names, nothing, blank }: ValueReading,
): string {
  const values = nothing.map((item) => t('lists.quoted', { item }))
  const words = [
    as ? t(`mappedValue.kinds.${as}`) : '',
    names.length > 0 ? t('mappedValue.summary.names', { names: names.length }) : '',
    nothing.length > 0 ? t('mappedValue.summary.nothing', { values: anyOf(values, language) }) : '',
    blank === 'unknown' ? t('mappedValue.summary.blank') : '',
  ]
  return words.filter(Boolean).join(' · ')
}
