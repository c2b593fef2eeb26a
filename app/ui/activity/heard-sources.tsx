import { BlockStack, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { HeardSource } from '#app/core/report/activity.ts'
import { sourceWords } from '../copy/mapping.ts'
import { Instant } from '../time/instant.tsx'

/** When each value that the merchant mapped was last heard of, and how. */
export function HeardSources({ sources }: { sources: readonly HeardSource[] }) {
  const { t } = useTranslation()
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('activity.sources')}
        </Text>
        <Text as="p" tone="subdued">
          {t('activity.sourcesHelp')}
        </Text>
        <dl className="ls-lines">
          {sources.map(({ source, property, by, at }) => (
            <div className="ls-line" key={`${property} ${sourceWords(t, source)}`}>
              <dt>
                <span className="ls-break">{property}</span>{' '}
                <Text as="span" tone="subdued" variant="bodySm">
                  <span className="ls-break">{sourceWords(t, source)}</span>
                </Text>
              </dt>
              <dd>
                {by && `${t(`activity.heardBy.${by}`)} `}
                <Instant at={at} />
              </dd>
            </div>
          ))}
        </dl>
      </BlockStack>
    </Card>
  )
}
