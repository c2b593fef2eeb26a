import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import { deliveryCopy, deliverySummary } from '../copy/delivery.ts'
import { pages } from '../pages.ts'

export function DeliverySection({ delivery }: { delivery: DeliveryChoice }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {deliveryCopy.title}
        </Text>
        <Text as="p">{deliveryCopy.about}</Text>
        <Text as="p" tone="subdued" breakWord>
          {deliverySummary(delivery)}
        </Text>
        <div>
          <Button url={pages.delivery}>{deliveryCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
