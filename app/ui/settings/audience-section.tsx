import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { Audience, Named } from '#app/core/settings/audience.ts'
import { audienceCopy, audienceSentence } from '../copy/audience.ts'
import { pages } from '../pages.ts'

/** The rules in force, read back in one sentence. */
export function AudienceSection({ audience, countries }: { audience: Audience; countries: readonly Named[] }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {audienceCopy.title}
        </Text>
        <Text as="p">{audienceCopy.about}</Text>
        <Text as="p" tone="subdued" breakWord>
          {audienceSentence(audience, countries)}
        </Text>
        <div>
          <Button url={pages.audience}>{audienceCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
