import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import { destinationCopy, destinationSummary } from '../copy/destination.ts'
import { pages } from '../pages.ts'

export function DestinationSection({ delivery }: { delivery: DeliveryChoice }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {destinationCopy.title}
        </Text>
        <Text as="p">{destinationCopy.about}</Text>
        <Text as="p" tone="subdued" breakWord>
          {destinationSummary(delivery)}
        </Text>
        <div>
          <Button url={pages.destination}>{destinationCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
