import { BlockStack, Button, Text } from '@shopify/polaris'
import type { CardRun, RunCheckView } from '#app/core/report/sync-card.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence } from '../time/shop-time.ts'

interface HeldRunProps {
  readonly run: CardRun
  readonly check: RunCheckView
  readonly onConfirm: () => void
  readonly busy: boolean
}

/** What a run that waits for a yes would change, and the button that lets it go on. Loaded when there is such a run. */
export function HeldRun({ run, check, onConfirm, busy }: HeldRunProps) {
  const now = useShopNow()
  const { t } = now
  return (
    <BlockStack gap="200">
      <Text as="p" fontWeight="medium">
        {t('heldRun.waits', { customers: check.wouldChange, total: check.of })}{' '}
        {t('heldRun.clears', { customers: check.wouldClear })}
      </Text>
      <Text as="p" tone="subdued">
        {t('heldRun.meanwhile', { until: shopTimeInSentence(new Date(check.until ?? run.startedAt), now) })}
      </Text>
      <div>
        <Button variant="primary" accessibilityLabel={t('heldRun.goOnLabel')} loading={busy} onClick={onConfirm}>
          {t('heldRun.goOn')}
        </Button>
      </div>
    </BlockStack>
  )
}
