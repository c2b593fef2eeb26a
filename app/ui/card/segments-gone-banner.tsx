import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { anyOf } from '../language/list-of.ts'
import { pages } from '../pages.ts'

/** A rule names a segment that was deleted in Shopify. Shown until no rule names it. */
export function SegmentsGoneBanner({ names }: { names: readonly string[] }) {
  const { t, i18n } = useTranslation()
  const segments = { amount: names.length, segments: anyOf(names, i18n.language) }
  return (
    <Banner
      tone="warning"
      title={t('segmentsGone.title', segments)}
      action={{ content: t('segmentsGone.action'), url: pages.audience }}
    >
      <p>{t('segmentsGone.body', segments)}</p>
    </Banner>
  )
}
