import { IndexTable, Text, useBreakpoints, useIndexResourceState } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { Instant } from '../time/instant.tsx'
import { copyText } from './copy-text.ts'
import { CustomerName, type NamesInSight } from './customer-name.tsx'
import { CustomerReason } from './customer-reason.tsx'

/** What can be done with the chosen customers. */
export interface CustomerTableActions {
  readonly syncNow: (customerIds: readonly string[]) => void
  readonly exportChosen: (customerIds: readonly string[]) => void
  /** Whether the browser said that it is a phone's. */
  readonly isPhone: boolean
}

interface CustomerTableProps {
  readonly customers: readonly UnsyncedCustomer[]
  readonly live: NamesInSight
  /** What the list is, for a screen reader. */
  readonly label: string
  readonly resolved: boolean
  readonly actions: CustomerTableActions
}

/** Customers in rows, of which some can be chosen to do something with. */
export function CustomerTable({ customers, live, label, resolved, actions }: CustomerTableProps) {
  const { t } = useTranslation()
  const rows = customers.map(({ customerId }) => ({ id: customerId }))
  const chosen = useIndexResourceState(rows)
  const { smDown } = useBreakpoints({ defaults: actions.isPhone })
  const ids = chosen.selectedResources
  const act = (what: (customerIds: readonly string[]) => void) => () => {
    what(ids)
    chosen.clearSelection()
  }
  return (
    <section aria-label={label} className={smDown ? 'ls-table-narrow' : 'ls-table-wide'}>
      <IndexTable
        condensed={smDown}
        resourceName={{ singular: t('pages.customer'), plural: t('pages.customers') }}
        itemCount={customers.length}
        selectedItemsCount={chosen.allResourcesSelected ? 'All' : ids.length}
        onSelectionChange={chosen.handleSelectionChange}
        headings={[
          { title: t('customers.columns.customer') },
          { title: t('customers.columns.state') },
          { title: t('customers.columns.since') },
          { title: t('customers.columns.sent') },
        ]}
        promotedBulkActions={[
          { content: t('customers.actions.syncNow'), onAction: act(actions.syncNow) },
          { content: t('customers.actions.export'), onAction: act(actions.exportChosen) },
          {
            content: t('customers.actions.copyIds'),
            onAction: act((numbers) => {
              void copyText(t, numbers.join('\n'), t('customers.actions.idsCopied', { customers: numbers.length }))
            }),
          },
        ]}
      >
        {customers.map((customer, position) => (
          <IndexTable.Row
            key={customer.customerId}
            id={customer.customerId}
            position={position}
            selected={ids.includes(customer.customerId)}
          >
            <Cells customer={customer} live={live} resolved={resolved} condensed={smDown} />
          </IndexTable.Row>
        ))}
      </IndexTable>
    </section>
  )
}

interface CellsProps {
  readonly customer: UnsyncedCustomer
  readonly live: NamesInSight
  readonly resolved: boolean
  readonly condensed: boolean
}

function Cells({ customer, live, resolved, condensed }: CellsProps) {
  const { t } = useTranslation()
  const { customerId, since, lastSentAt } = customer
  // Undefined until it comes; null for a customer that Shopify no longer has.
  const name = live.names ? (live.names[customerId] ?? null) : undefined
  const who = <CustomerName customerId={customerId} live={name} late={live.late} />
  const why = <CustomerReason customer={customer} email={name?.email} resolved={resolved} />
  if (condensed) {
    return (
      <div className="ls-customer">
        {who}
        {why}
        {since && (
          <Text as="p" tone="subdued" variant="bodySm">
            {t('customers.columns.since')} <Instant at={since} />
          </Text>
        )}
      </div>
    )
  }
  return (
    <>
      <IndexTable.Cell className="ls-cell-name">{who}</IndexTable.Cell>
      <IndexTable.Cell className="ls-cell-reason">{why}</IndexTable.Cell>
      <IndexTable.Cell className="ls-cell-time">{since && <Instant at={since} />}</IndexTable.Cell>
      <IndexTable.Cell className="ls-cell-time">{lastSentAt && <Instant at={lastSentAt} />}</IndexTable.Cell>
    </>
  )
}
