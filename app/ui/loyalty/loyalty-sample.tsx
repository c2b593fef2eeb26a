import { BlockStack, Card, Text } from '@shopify/polaris'
import { type LoyaltyChoice, type LoyaltyKind, loyaltyKinds } from '#app/core/profile/loyalty.ts'
import { eventProperties } from '#app/core/profile/loyalty-event.ts'
import { loyaltyCopy, sampleChanges, sampleMetric } from '../copy/loyalty.ts'

/** What is recorded and when, with an event of each kind. */
export function LoyaltySample({ choice }: { choice: LoyaltyChoice }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {loyaltyCopy.whatHappens}
        </Text>
        {[loyaltyCopy.when, loyaltyCopy.firstValue, loyaltyCopy.fullSync, loyaltyCopy.kept].map((words) => (
          <Text key={words} as="p">
            {words}
          </Text>
        ))}
        <Text as="h3" variant="headingSm">
          {loyaltyCopy.sample}
        </Text>
        {loyaltyKinds
          .filter((kind) => choice.recorded.includes(kind))
          .map((kind) => (
            <SampleEvent key={kind} kind={kind} />
          ))}
      </BlockStack>
    </Card>
  )
}

function SampleEvent({ kind }: { kind: LoyaltyKind }) {
  const metric = sampleMetric(kind)
  const lines = [[loyaltyCopy.metric, metric], ...Object.entries(eventProperties(sampleChanges[kind]))]
  return (
    <dl className="ls-lines" aria-label={loyaltyCopy.sampleOf(metric)}>
      {lines.map(([name, value]) => (
        <div key={String(name)} className="ls-line">
          <dt>{name}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
