import { Banner, BlockStack, Box, Button, Card, Divider, Icon, InlineStack, Text, TextField } from '@shopify/polaris'
import { SearchIcon } from '@shopify/polaris-icons'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListOrder } from '#app/core/report/list-cursor.ts'
import {
  type ListCounts,
  listTabs,
  retryCodesOf,
  tabOf,
  type UnsyncedPage,
  type UnsyncedReason,
} from '#app/core/report/unsynced-customers.ts'
import { emptyWords, listName } from '../copy/customers.ts'
import { LinkTabs } from '../link-tabs.tsx'
import { customersPage } from '../pages.ts'
import { type PageLinks, Paging } from '../paging.tsx'
import type { NamesInSight } from './customer-name.tsx'
import { CustomerTable } from './customer-table.tsx'
import { type ExportActions, ExportDialog } from './export-dialog.tsx'
import { ListChoices } from './list-choices.tsx'
import { RetryDialog } from './retry-dialog.tsx'
import { type CustomerSearchBox, SearchResults } from './search-results.tsx'
import type { SyncActions } from './sync-actions.ts'

export interface CustomerList {
  readonly reason: UnsyncedReason
  readonly order: ListOrder
  readonly page: UnsyncedPage
  readonly counts: ListCounts
}

interface CustomersViewProps extends PageLinks {
  readonly list: CustomerList
  readonly live: NamesInSight
  readonly search: CustomerSearchBox
  readonly sync: SyncActions
  readonly exporting: ExportActions
  readonly isPhone: boolean
  readonly onList: (reason: UnsyncedReason) => void
  readonly onOrder: (order: ListOrder) => void
}

/** Search above, lists in tabs below it. While something is searched for, what was found stands in place of the list. */
export function CustomersView(props: CustomersViewProps) {
  const { t } = useTranslation()
  const { search, exporting } = props
  const isSearching = search.text.trim() !== ''
  return (
    <BlockStack gap="400">
      {exporting.progress && <Exporting exporting={exporting} />}
      <Card padding="0">
        <Box padding="300">
          <TextField
            label={t('customers.search.label')}
            labelHidden
            type="search"
            autoComplete="off"
            prefix={<Icon source={SearchIcon} />}
            placeholder={t('customers.search.placeholder')}
            value={search.text}
            onChange={search.setText}
            clearButton
            onClearButtonClick={() => search.setText('')}
          />
        </Box>
        <Divider />
        {isSearching ? <SearchResults search={search} actions={actionsOf(props)} /> : <Lists {...props} />}
      </Card>
    </BlockStack>
  )
}

function actionsOf({ sync, exporting, isPhone }: CustomersViewProps) {
  return { syncNow: sync.syncNow, exportChosen: exporting.exportChosen, isPhone }
}

function Lists(props: CustomersViewProps) {
  const { t } = useTranslation()
  const { list, live, onPrevious, onNext } = props
  const { reason, order, page, counts } = list
  const tab = tabOf(reason)
  const tabs = listTabs.filter((each) => isShown(each, tab, counts))
  const { customers } = page
  return (
    <>
      <LinkTabs
        label={t('customers.tabsLabel')}
        tabs={tabs.map((each) => ({
          id: each,
          content: tabWords(t, each, counts),
          url: customersPage(each, { order }),
        }))}
        selected={tab}
      />
      <Divider />
      <Box padding="400" borderBlockEndWidth="025" borderColor="border-secondary">
        <BlockStack gap="300">
          <Text as="p" tone="subdued">
            {t(`customers.about.${tab}`)}
          </Text>
          <Toolbar {...props} />
          {page.retrying && (
            <div role="status">
              <Text as="p">{t('customers.retry.running', page.retrying)}</Text>
            </div>
          )}
          {live.late && customers.length > 0 && (
            <div role="status">
              <Text as="p" tone="caution">
                {t('customers.namesLater')}
              </Text>
            </div>
          )}
        </BlockStack>
      </Box>
      {customers.length === 0 ? (
        <Box padding="800">
          <Text as="p" alignment="center" tone="subdued">
            {onPrevious === null ? emptyWords(t, reason, page.filled) : t('customers.empty.noMore')}
          </Text>
        </Box>
      ) : (
        <CustomerTable
          key={reason}
          customers={customers}
          live={live}
          label={t('customers.list', { list: listName(t, reason) })}
          resolved={reason === 'resolved'}
          actions={actionsOf(props)}
        />
      )}
      <Paging onPrevious={onPrevious} onNext={onNext} />
    </>
  )
}

function tabWords(t: TFunction, tab: (typeof listTabs)[number], counts: ListCounts): string {
  const name = t(`customers.tabs.${tab}`)
  if (tab === 'run') return name
  const { customers, more } = counts.tabs[tab]
  return t('customers.tab', { name, customers, more: more ? 'yes' : 'no' })
}

/** The list of one run is linked from that run; those that few shops need are shown when they have customers, or are open. */
function isShown(tab: (typeof listTabs)[number], open: string, { tabs, leftOut }: ListCounts): boolean {
  if (tab === open) return true
  if (tab === 'run') return false
  if (tab === 'left_out') return leftOut.length > 0
  return tab !== 'omitted' || tabs.omitted.customers > 0
}

/** The choices of the list, and what can be done with all of it. */
function Toolbar({ list, sync, exporting, onList, onOrder }: CustomersViewProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<'retry' | 'export' | null>(null)
  const { reason, order, counts, page } = list
  const customers = countOf(list)
  const canRetry = retryCodesOf(reason) !== null && customers > 0 && page.retrying === null
  return (
    <InlineStack gap="300" align="space-between" blockAlign="end">
      <ListChoices reason={reason} order={order} counts={counts} onList={onList} onOrder={onOrder} />
      <InlineStack gap="200">
        {canRetry && (
          <Button onClick={() => setAsking('retry')} loading={sync.busy}>
            {t('customers.actions.retryAll', { customers })}
          </Button>
        )}
        <Button
          onClick={() => setAsking('export')}
          disabled={page.customers.length === 0 || exporting.progress !== null}
        >
          {t('customers.actions.export')}
        </Button>
      </InlineStack>
      {asking === 'retry' && (
        <RetryDialog
          customers={customers}
          mostNew={page.mostNew}
          onRetry={() => sync.retry(reason)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'export' && (
        <ExportDialog
          list={listName(t, reason)}
          customers={Math.max(customers, page.customers.length)}
          exporting={exporting}
          onClose={() => setAsking(null)}
        />
      )}
    </InlineStack>
  )
}

/** How many customers the open list has, as its tab or its filter counts them; of a run's list, those in sight. */
function countOf({ reason, counts: { tabs, leftOut, other }, page }: CustomerList): number {
  const filtered = [...leftOut, ...other].find((one) => one.reason === reason)
  if (filtered) return filtered.customers
  const tab = tabOf(reason)
  if (tab === 'run') return page.customers.length
  if (reason === 'rules') {
    return leftOut.reduce((sum, { reason: rule, customers }) => (rule.startsWith('rule_') ? sum + customers : sum), 0)
  }
  return reason === tab ? tabs[tab].customers : 0
}

function Exporting({ exporting: { progress, cancel } }: { exporting: ExportActions }) {
  const { t } = useTranslation()
  if (!progress) return null
  const { read, waits } = progress
  return (
    <Banner tone="info" title={t(waits ? 'customers.exporting.waiting' : 'customers.exporting.progress', { read })}>
      <Button onClick={cancel}>{t('customers.exporting.stop')}</Button>
    </Banner>
  )
}
