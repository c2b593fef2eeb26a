import { Banner, BlockStack, Text } from '@shopify/polaris'
import type { Silence } from '#app/core/report/activity.ts'
import { silenceWords } from '../copy/activity.ts'
import { SupportText } from '../support/support-text.tsx'
import { useShopNow } from '../time/shop-clock.tsx'

export function SilenceBanner({ silence }: { silence: Silence }) {
  const now = useShopNow()
  return (
    <Banner tone="warning" title={now.t('silence.title')}>
      <BlockStack gap="200">
        <Text as="p">{silenceWords(now, silence)}</Text>
        <Text as="p">
          <SupportText>{now.t('silence.whatToDo')}</SupportText>
        </Text>
      </BlockStack>
    </Banner>
  )
}
