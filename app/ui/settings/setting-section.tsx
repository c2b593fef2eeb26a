import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { Badge } from '../badge.tsx'
import { settingSummary } from '../copy/settings.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { Annotated } from './annotated.tsx'

/** A choice that has a page of its own: what it is, what is in force, and the way to the page. */
export function SettingSection({ name, view }: { name: SettingPage; view: ConnectionView }) {
  const now = useShopNow()
  const { t } = now
  const words = settingSummary(now, name, view)
  const isSwitch = name === 'loyalty'
  return (
    <Annotated
      title={t(`pages.${name}`)}
      about={t(`${name}.about`)}
      badge={
        isSwitch && (
          <Badge tone={!view.choices.loyalty.on ? null : view.eventsRefused ? 'warning' : 'success'}>{words}</Badge>
        )
      }
    >
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          {!isSwitch && (
            <Text as="p" breakWord>
              {words}
            </Text>
          )}
          <div>
            <Button url={pages[name]}>{t(`${name}.open`)}</Button>
          </div>
        </BlockStack>
      </Card>
    </Annotated>
  )
}
