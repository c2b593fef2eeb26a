import { Banner, BlockStack, Box, Button, Card, Divider, InlineStack, Tabs, Text } from '@shopify/polaris'
import { isRuleCode, ruleCodes } from '#app/core/issue/reason-code.ts'
import type { UnsyncedPage, UnsyncedReason, UnsyncedTab } from '#app/core/report/unsynced-customers.ts'
import { customersCopy, nobodyWords, reasonTabs, ruleFilters } from '../copy/customers.ts'
import { customersPage } from '../pages.ts'
import { Paging, type Turns } from '../paging.tsx'
import { CustomerRow } from './customer-row.tsx'

interface UnsyncedCustomersProps extends Turns {
  readonly shop: string
  readonly reason: UnsyncedReason
  readonly page: UnsyncedPage
  readonly onReason: (reason: UnsyncedReason) => void
}

const everyTab = Object.keys(reasonTabs) as readonly UnsyncedTab[]

export function UnsyncedCustomers({ shop, reason, page, onReason, onPrevious, onNext }: UnsyncedCustomersProps) {
  const tab = isRuleCode(reason) ? 'rules' : reason
  // The issues of one run are led to from that run.
  const tabs = everyTab.filter((each) => each !== 'run' || tab === 'run')
  return (
    <BlockStack gap="400">
      {page.liveReadFailed && (
        <Banner tone="warning" title={customersCopy.liveReadFailed.title}>
          <p>{customersCopy.liveReadFailed.body}</p>
        </Banner>
      )}
      <Card padding="0">
        <Tabs
          tabs={tabs.map((each) => ({ id: each, content: reasonTabs[each].name, url: customersPage(each) }))}
          selected={tabs.indexOf(tab)}
          onSelect={(index) => onReason(tabs[index] ?? reason)}
        />
        <Divider />
        <About words={reasonTabs[tab].about} />
        {tab === 'rules' && <RuleFilter reason={reason} />}
        {page.customers.length === 0 ? (
          <Nobody words={onPrevious === null ? nobodyWords(reason, page.filled) : customersCopy.nobodyMore} />
        ) : (
          <ul className="ls-customers" aria-label={customersCopy.listLabel(reason)}>
            {page.customers.map((customer) => (
              <CustomerRow key={customer.customerId} shop={shop} customer={customer} />
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

/** One rule of all, or all of them. */
function RuleFilter({ reason }: { reason: UnsyncedReason }) {
  return (
    <Box padding="300" borderBlockEndWidth="025" borderColor="border-secondary">
      <nav aria-label={customersCopy.filterLabel}>
        <InlineStack gap="200">
          {(['rules', ...ruleCodes] as const).map((each) => (
            <Button
              key={each}
              size="slim"
              variant={each === reason ? 'primary' : 'secondary'}
              url={customersPage(each)}
            >
              {each === 'rules' ? customersCopy.anyRule : ruleFilters[each].name}
            </Button>
          ))}
        </InlineStack>
      </nav>
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
