import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import { privacyCopy } from '../copy/privacy.ts'
import { pages } from '../pages.ts'

export function PrivacySection() {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {privacyCopy.title}
        </Text>
        <Text as="p">{privacyCopy.holds}</Text>
        <Text as="p">{privacyCopy.erases}</Text>
        <div>
          <Button url={pages.privacy}>{privacyCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
