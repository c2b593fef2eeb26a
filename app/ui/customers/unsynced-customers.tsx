import { Banner, BlockStack, Box, Card, Divider, Pagination, Tabs, Text } from '@shopify/polaris'
import type { UnsyncedPage, UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { customersCopy, reasonTabs } from '../copy/customers.ts'
import { customersPage } from '../pages.ts'
import { CustomerRow } from './customer-row.tsx'

interface UnsyncedCustomersProps {
  readonly shop: string
  readonly reason: UnsyncedReason
  readonly page: UnsyncedPage
  readonly onReason: (reason: UnsyncedReason) => void
  /** Null where there is no such page. */
  readonly onPrevious: (() => void) | null
  readonly onNext: (() => void) | null
}

const reasons = Object.keys(reasonTabs) as readonly UnsyncedReason[]

export function UnsyncedCustomers({ shop, reason, page, onReason, onPrevious, onNext }: UnsyncedCustomersProps) {
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
        {page.customers.length === 0 ? (
          <Nobody words={onPrevious === null ? reasonTabs[reason].nobody : customersCopy.nobodyMore} />
        ) : (
          <ul className="ls-customers" aria-label={customersCopy.listLabel(reason)}>
            {page.customers.map((customer) => (
              <CustomerRow key={customer.customerId} shop={shop} customer={customer} />
            ))}
          </ul>
        )}
        {(onPrevious || onNext) && <Pages onPrevious={onPrevious} onNext={onNext} />}
      </Card>
    </BlockStack>
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

function Pages({ onPrevious, onNext }: { onPrevious: (() => void) | null; onNext: (() => void) | null }) {
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <div className="ls-pages">
        <Pagination
          hasPrevious={onPrevious !== null}
          onPrevious={onPrevious ?? (() => undefined)}
          hasNext={onNext !== null}
          onNext={onNext ?? (() => undefined)}
        />
      </div>
    </Box>
  )
}
