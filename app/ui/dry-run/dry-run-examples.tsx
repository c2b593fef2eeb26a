import { Badge, BlockStack, Box, Button, Card, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { DryRunExample } from '#app/core/flow/dry-run.ts'
import type { LiveCustomer } from '#app/core/report/customer-view.ts'
import { CustomerName, type NamesInSight } from '../customers/customer-name.tsx'
import { ComparedSides } from '../customers/live-comparison.tsx'

/** How the values of an example are read: one customer at a time, when asked. */
export interface Examining {
  readonly names: NamesInSight
  readonly compare: (customerId: string) => void
  readonly comparing: boolean
  /** The customer that was asked for last, and what both sides have; null before. */
  readonly compared: { readonly customerId: string; readonly live: LiveCustomer } | null
}

/** Customers to whom something would happen, each with what Klaviyo has now beside what would be sent. */
export function DryRunExamples({ examples, examining }: { examples: readonly DryRunExample[]; examining: Examining }) {
  const { t } = useTranslation()
  return (
    <Card padding="0">
      <Box padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('dryRun.examplesHeading')}
          </Text>
          <Text as="p" tone="subdued">
            {t('dryRun.examplesHelp')}
          </Text>
        </BlockStack>
      </Box>
      {examples.map((example) => (
        <Example key={example.customerId} example={example} examining={examining} />
      ))}
    </Card>
  )
}

function Example({
  example: { customerId, forecast },
  examining: { names, compare, comparing, compared },
}: {
  example: DryRunExample
  examining: Examining
}) {
  const { t } = useTranslation()
  const live = compared?.customerId === customerId ? compared.live : null
  return (
    <Box padding={{ xs: '400', sm: '500' }} borderBlockStartWidth="025" borderColor="border">
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <CustomerName
            customerId={customerId}
            live={names.names ? (names.names[customerId] ?? null) : undefined}
            late={names.late}
          />
          <InlineStack gap="200" blockAlign="center">
            <Badge {...(forecast === 'cleared' && { tone: 'attention' })}>{t(`dryRun.kinds.${forecast}`)}</Badge>
            <Button disabled={comparing} onClick={() => compare(customerId)}>
              {t('dryRun.compare')}
            </Button>
          </InlineStack>
        </InlineStack>
        {live && <ComparedSides live={live} />}
      </BlockStack>
    </Box>
  )
}
