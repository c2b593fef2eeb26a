import type { TFunction } from 'i18next'

/** A sentence that may name support where there can be no link, such as in a file. `address` is where support is; null if there is none. */
export function plainSupportText(t: TFunction, address: string | null, text: string): string {
  const [before = '', words, after = ''] = text.split(/<\/?support>/)
  if (!words) return text
  return `${before}${address ? `${words} (${address.replace(/^mailto:/, '')})` : t('support.operator')}${after}`
}
