import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { Named, Rules } from '#app/core/profile/rules.ts'
import { rulesCopy, rulesSentence } from '../copy/rules.ts'
import { pages } from '../pages.ts'

/** The rules in force, read back in one sentence. */
export function AudienceSection({ rules, countries }: { rules: Rules; countries: readonly Named[] }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {rulesCopy.title}
        </Text>
        <Text as="p">{rulesCopy.about}</Text>
        <Text as="p" tone="subdued" breakWord>
          {rulesSentence(rules, countries)}
        </Text>
        <div>
          <Button url={pages.audience}>{rulesCopy.open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
