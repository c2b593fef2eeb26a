import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useId } from 'react'
import type { OpenReadBack } from '#app/core/report/read-back-report.ts'
import { Progress } from '../progress.tsx'
import { timeLeft } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { DifferingFields } from './differing-fields.tsx'

export interface ReadBackActions {
  readonly start: () => void
  readonly stop: () => void
  /** An answer is awaited. */
  readonly busy: boolean
}

/** How far the open read-back is, why it waits, and what it has found so far. */
export function ReadBackProgress({ readBack, actions }: { readBack: OpenReadBack; actions: ReadBackActions }) {
  const now = useShopNow()
  const { t } = now
  const labelId = useId()
  const { trigger, expected, compared, skipped, remainingMs, waits, fields } = readBack
  const done = Math.min(expected, compared + skipped)
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" align="space-between" blockAlign="baseline">
        <Text as="p" fontWeight="medium" id={labelId}>
          {t(`readBack.names.${trigger}`)}
        </Text>
        <Text as="p" tone="subdued">
          {t('readBack.progress', { done, expected })}
          {remainingMs !== null && waits === null && ` · ${timeLeft(remainingMs, now)}`}
        </Text>
      </InlineStack>
      <Progress fraction={expected === 0 ? 1 : done / expected} labelId={labelId} />
      {waits && (
        <Text as="p" tone="caution" fontWeight="medium">
          {t(`readBack.waits.${waits}`)}
        </Text>
      )}
      <DifferingFields fields={fields} />
      <div>
        <Button loading={actions.busy} onClick={actions.stop}>
          {t('readBack.stop')}
        </Button>
      </div>
    </BlockStack>
  )
}
