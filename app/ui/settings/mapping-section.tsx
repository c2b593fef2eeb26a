import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { SentCounts } from '#app/core/profile/mapped-fields.ts'
import { mappingCopy, mappingSummary } from '../copy/mapping.ts'
import { pages } from '../pages.ts'

export function MappingSection({ sent }: { sent: SentCounts }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {mappingCopy.title}
        </Text>
        <Text as="p">{mappingCopy.about}</Text>
        <Text as="p" tone="subdued">
          {mappingSummary(sent)}
        </Text>
        <div>
          <Button url={pages.mapping}>{mappingCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
