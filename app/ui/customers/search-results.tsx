import { BlockStack, Box, Spinner, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CustomerSearchResult, SearchedCustomer } from '#app/core/report/customer-search.ts'
import { CustomerTable, type CustomerTableActions } from './customer-table.tsx'

/** The search field and what it found. */
export interface CustomerSearchBox {
  readonly text: string
  readonly setText: (text: string) => void
  readonly searching: boolean
  /** Null while nothing is searched for. */
  readonly result: CustomerSearchResult | null
}

/** What a search found, each customer with its state. */
export function SearchResults({ search, actions }: { search: CustomerSearchBox; actions: CustomerTableActions }) {
  const { t } = useTranslation()
  const { result, searching } = search
  const customers = result && 'customers' in result ? result.customers : []
  return (
    <>
      <Box padding="400" borderBlockEndWidth={customers.length > 0 ? '025' : '0'} borderColor="border-secondary">
        <div role="status" className="ls-search-status">
          {searching && <Spinner size="small" />}
          <BlockStack gap="100">
            <Words search={search} customers={customers} />
          </BlockStack>
        </div>
      </Box>
      {customers.length > 0 && (
        <CustomerTable
          customers={customers}
          live={{ names: Object.fromEntries(customers.map((one) => [one.customerId, one])), late: false }}
          label={t('customers.search.results', { customers: customers.length })}
          resolved={false}
          actions={actions}
        />
      )}
    </>
  )
}

function Words({
  search: { result, searching },
  customers,
}: {
  search: CustomerSearchBox
  customers: readonly SearchedCustomer[]
}) {
  const { t } = useTranslation()
  if (searching || result === null || result.kind === 'empty')
    return <Text as="p">{t('customers.search.searching')}</Text>
  if (result.kind === 'too_long') return <Text as="p">{t('customers.search.tooLong')}</Text>
  if (result.kind === 'unavailable') return <Text as="p">{t('customers.search.unavailable')}</Text>
  return (
    <>
      <Text as="p" fontWeight="medium">
        {t('customers.search.results', { customers: customers.length })}
      </Text>
      {customers.length === 0 && <Text as="p">{t('customers.search.none')}</Text>}
      {result.more && <Text as="p">{t('customers.search.more', { customers: customers.length })}</Text>}
    </>
  )
}
