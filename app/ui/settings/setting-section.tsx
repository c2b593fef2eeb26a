import { Badge, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { settingCopy } from '../copy/settings.ts'
import { pages } from '../pages.ts'

/** A choice that has a page of its own: what it is, what is in force, and the way to the page. */
export function SettingSection({ name, view }: { name: SettingPage; view: ConnectionView }) {
  const { title, about, open, summary } = settingCopy[name]
  const words = summary(view)
  const isSwitch = name === 'loyalty'
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          {isSwitch && (
            <Badge {...(view.choices.loyalty.on && { tone: view.eventsRefused ? 'warning' : 'success' })}>
              {words}
            </Badge>
          )}
        </InlineStack>
        <Text as="p">{about}</Text>
        {!isSwitch && (
          <Text as="p" tone="subdued" breakWord>
            {words}
          </Text>
        )}
        <div>
          <Button url={pages[name]}>{open}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}
