import { Banner, BlockStack, Text } from '@shopify/polaris'
import type { Silence } from '#app/core/report/activity.ts'
import { silenceCopy } from '../copy/activity.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence } from '../time/shop-time.ts'

export function SilenceBanner({ silence }: { silence: Silence }) {
  const now = useShopNow()
  const words = (at: string) => shopTimeInSentence(new Date(at), now)
  const lastReceived = silence.lastReceivedAt && words(silence.lastReceivedAt)
  return (
    <Banner tone="warning" title={silenceCopy.title}>
      <BlockStack gap="200">
        <Text as="p">{silenceCopy.body(lastReceived, words(silence.foundAt), silence.customers)}</Text>
        <Text as="p">{silenceCopy.whatToDo}</Text>
      </BlockStack>
    </Banner>
  )
}
