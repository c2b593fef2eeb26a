import { Banner, BlockStack, Box, Card, Divider, Tabs, Text } from '@shopify/polaris'
import type { UnsyncedPage, UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { customersCopy, reasonTabs } from '../copy/customers.ts'
import { customersPage } from '../pages.ts'
import { Paging, type Turns } from '../paging.tsx'
import type { ConflictSettling } from './conflict.tsx'
import { CustomerRow } from './customer-row.tsx'

interface UnsyncedCustomersProps extends Turns {
  readonly shop: string
  readonly reason: UnsyncedReason
  readonly page: UnsyncedPage
  readonly settle: ConflictSettling
  readonly onReason: (reason: UnsyncedReason) => void
}

const reasons = Object.keys(reasonTabs) as readonly UnsyncedReason[]

export function UnsyncedCustomers({
  shop,
  reason,
  page,
  settle,
  onReason,
  onPrevious,
  onNext,
}: UnsyncedCustomersProps) {
  return (
    <BlockStack gap="400">
      {page.liveReadFailed && (
        <Banner tone="warning" title={customersCopy.liveReadFailed.title}>
          <p>{customersCopy.liveReadFailed.body}</p>
        </Banner>
      )}
      <Card padding="0">
        <Tabs
          tabs={reasons.map((each) => ({ id: each, content: reasonTabs[each].name, url: customersPage(each) }))}
          selected={reasons.indexOf(reason)}
          onSelect={(index) => onReason(reasons[index] ?? reason)}
        />
        <Divider />
        <About words={reasonTabs[reason].about} />
        {page.customers.length === 0 ? (
          <Nobody words={onPrevious === null ? reasonTabs[reason].nobody : customersCopy.nobodyMore} />
        ) : (
          <ul className="ls-customers" aria-label={customersCopy.listLabel(reason)}>
            {page.customers.map((customer) => (
              <CustomerRow key={customer.customerId} shop={shop} customer={customer} settle={settle} />
            ))}
          </ul>
        )}
        <Paging onPrevious={onPrevious} onNext={onNext} />
      </Card>
    </BlockStack>
  )
}

function About({ words }: { words: string | undefined }) {
  if (words === undefined) return null
  return (
    <Box padding="400" borderBlockEndWidth="025" borderColor="border-secondary">
      <Text as="p" tone="subdued">
        {words}
      </Text>
    </Box>
  )
}

function Nobody({ words }: { words: string }) {
  return (
    <Box padding="800">
      <Text as="p" alignment="center" tone="subdued">
        {words}
      </Text>
    </Box>
  )
}
