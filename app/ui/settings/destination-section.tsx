import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { Destination } from '#app/core/settings/destination.ts'
import { destinationCopy, destinationSummary } from '../copy/destination.ts'
import { pages } from '../pages.ts'

export function DestinationSection({ destination }: { destination: Destination }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {destinationCopy.title}
        </Text>
        <Text as="p">{destinationCopy.about}</Text>
        <Text as="p" tone="subdued" breakWord>
          {destinationSummary(destination)}
        </Text>
        <div>
          <Button url={pages.destination}>{destinationCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
