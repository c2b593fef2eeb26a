import { BlockStack, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { type LoyaltyChoice, rowOf } from '#app/core/profile/loyalty.ts'
import { eventProperties, loyaltyEvent, metricName } from '#app/core/profile/loyalty-event.ts'
import { type MappedValue, type Meaning, meanings } from '#app/core/profile/mapped-values.ts'
import { sampleChanges } from './sample-changes.ts'

/** What is recorded and when, with an event of each kind. */
export function LoyaltySample({ choice, sent }: { choice: LoyaltyChoice; sent: readonly MappedValue[] }) {
  const { t } = useTranslation()
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('loyalty.whatHappens')}
        </Text>
        {(['when', 'firstValue', 'fullSync', 'direction', 'kept'] as const).map((part) => (
          <Text key={part} as="p">
            {t(`loyalty.${part}`)}
          </Text>
        ))}
        <Text as="h3" variant="headingSm">
          {t('loyalty.sample')}
        </Text>
        {meanings
          .filter((kind) => choice.recorded.includes(kind))
          .map((kind) => (
            <SampleEvent key={kind} kind={kind} sent={sent} />
          ))}
      </BlockStack>
    </Card>
  )
}

function SampleEvent({ kind, sent }: { kind: Meaning; sent: readonly MappedValue[] }) {
  const { t } = useTranslation()
  const metric = metricName(kind)
  const name = rowOf({ values: sent }, kind)?.name
  const event = loyaltyEvent({ kind, ...sampleChanges[kind] }, { values: sent })
  const lines = [[t('loyalty.metric'), metric], ...Object.entries(eventProperties(event))]
  return (
    <dl
      className="ls-lines"
      aria-label={name ? t('loyalty.sampleOfValue', { metric, property: name }) : t('loyalty.sampleOf', { metric })}
    >
      {lines.map(([name, value]) => (
        <div key={String(name)} className="ls-line">
          <dt>{name}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
