import { BlockStack, Card, Text } from '@shopify/polaris'
import { type LoyaltyChoice, rowOf } from '#app/core/profile/loyalty.ts'
import { eventProperties, loyaltyEvent, metricName } from '#app/core/profile/loyalty-event.ts'
import { type MappedValue, type Meaning, meanings } from '#app/core/profile/mapped-values.ts'
import { loyaltyCopy, sampleChanges } from '../copy/loyalty.ts'

/** What is recorded and when, with an event of each kind. */
export function LoyaltySample({ choice, sent }: { choice: LoyaltyChoice; sent: readonly MappedValue[] }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {loyaltyCopy.whatHappens}
        </Text>
        {[loyaltyCopy.when, loyaltyCopy.firstValue, loyaltyCopy.fullSync, loyaltyCopy.direction, loyaltyCopy.kept].map(
          (words) => (
            <Text key={words} as="p">
              {words}
            </Text>
          ),
        )}
        <Text as="h3" variant="headingSm">
          {loyaltyCopy.sample}
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
  const metric = metricName(kind)
  const name = rowOf({ values: sent }, kind)?.name
  const event = loyaltyEvent({ kind, ...sampleChanges[kind] }, { values: sent })
  const lines = [[loyaltyCopy.metric, metric], ...Object.entries(eventProperties(event))]
  return (
    <dl className="ls-lines" aria-label={loyaltyCopy.sampleOf(metric, name ?? null)}>
      {lines.map(([name, value]) => (
        <div key={String(name)} className="ls-line">
          <dt>{name}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
