import { BlockStack, Button, Card, List, Text } from '@shopify/polaris'
import { cardCopy, notConnectedCopy } from '../copy/sync-card.ts'
import { pages } from '../pages.ts'
import { InSyncIllustration } from './in-sync-illustration.tsx'
import { PromiseLine } from './promise-line.tsx'

export function NotConnected() {
  return (
    <Card padding={{ xs: '400', sm: '600' }}>
      <div className="ls-not-connected">
        <BlockStack gap="400">
          <BlockStack gap="200">
            <Text as="p" variant="bodySm" tone="subdued">
              {cardCopy.title}
            </Text>
            <Text as="h2" variant="headingLg">
              {notConnectedCopy.heading}
            </Text>
          </BlockStack>
          <BlockStack gap="200">
            <Text as="p">{notConnectedCopy.lead}</Text>
            <List type="number">
              {notConnectedCopy.steps.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
          </BlockStack>
          <PromiseLine />
          <div>
            <Button variant="primary" url={pages.settings}>
              {notConnectedCopy.action}
            </Button>
          </div>
        </BlockStack>
        <InSyncIllustration />
      </div>
    </Card>
  )
}
