import { Badge, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import type { LoyaltySummary } from '#app/core/report/loyalty-view.ts'
import { loyaltyCopy, summaryWords } from '../copy/loyalty.ts'
import { pages } from '../pages.ts'

export function LoyaltySection({ loyalty }: { loyalty: LoyaltySummary }) {
  const { on, refused } = loyalty
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {loyaltyCopy.title}
          </Text>
          <Badge {...(on && { tone: refused ? 'warning' : 'success' })}>{summaryWords(loyalty)}</Badge>
        </InlineStack>
        <Text as="p">{loyaltyCopy.about}</Text>
        <div>
          <Button url={pages.loyalty}>{loyaltyCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
