import { Banner, BlockStack, Box, Button, Card, Divider, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { isRuleCode, ruleCodes } from '#app/core/issue/reason-code.ts'
import type { UnsyncedPage, UnsyncedReason, UnsyncedTab } from '#app/core/report/unsynced-customers.ts'
import { customersCopy, emptyWords, reasonTabs, ruleFilters } from '../copy/customers.ts'
import { LinkTabs } from '../link-tabs.tsx'
import { customersPage } from '../pages.ts'
import { type PageLinks, Paging } from '../paging.tsx'
import { CustomerRow } from './customer-row.tsx'

interface UnsyncedCustomersProps extends PageLinks {
  readonly shop: string
  readonly reason: UnsyncedReason
  readonly page: UnsyncedPage
}

const everyTab = Object.keys(reasonTabs) as readonly UnsyncedTab[]

export function UnsyncedCustomers({ shop, reason, page, onPrevious, onNext }: UnsyncedCustomersProps) {
  const { t } = useTranslation()
  const tab = isRuleCode(reason) ? 'rules' : reason
  // The list of one run's issues is linked from that run.
  const tabs = everyTab.filter((each) => each !== 'run' || tab === 'run')
  return (
    <BlockStack gap="400">
      {page.liveReadFailed && (
        <Banner tone="warning" title={customersCopy.liveReadFailed.title}>
          <p>{customersCopy.liveReadFailed.body}</p>
        </Banner>
      )}
      <Card padding="0">
        <LinkTabs
          label={t('customers.tabsLabel')}
          tabs={tabs.map((each) => ({ id: each, content: reasonTabs[each].name, url: customersPage(each) }))}
          selected={tab}
        />
        <Divider />
        <About words={reasonTabs[tab].about} />
        {tab === 'rules' && <RuleFilter reason={reason} />}
        {page.customers.length === 0 ? (
          <EmptyList words={onPrevious === null ? emptyWords(reason, page.filled) : customersCopy.noMore} />
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

/** Filters the list by one rule, or by none. */
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

function EmptyList({ words }: { words: string }) {
  return (
    <Box padding="800">
      <Text as="p" alignment="center" tone="subdued">
        {words}
      </Text>
    </Box>
  )
}
