import { InlineStack, Select } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ListOrder } from '#app/core/report/list-cursor.ts'
import { type ListCounts, tabOf, type UnsyncedReason, unsyncedReasons } from '#app/core/report/unsynced-customers.ts'
import { filterName } from '../copy/customers.ts'

interface ListChoicesProps {
  readonly reason: UnsyncedReason
  readonly order: ListOrder
  readonly counts: ListCounts
  readonly onList: (reason: UnsyncedReason) => void
  readonly onOrder: (order: ListOrder) => void
}

/** What the ends of a list are called: by what it is in order (core/report/list-cursor.ts). */
function endsOf(reason: UnsyncedReason) {
  if (reason === 'in_sync')
    return { newest: 'customers.order.newestSent', oldest: 'customers.order.oldestSent' } as const
  if (reason === 'omitted')
    return { newest: 'customers.order.newestCustomers', oldest: 'customers.order.oldestCustomers' } as const
  return { newest: 'customers.order.newest', oldest: 'customers.order.oldest' } as const
}

/** One reason of the list, where it has several, and which end comes first. */
export function ListChoices({ reason, order, counts, onList, onOrder }: ListChoicesProps) {
  const { t } = useTranslation()
  const tab = tabOf(reason)
  const among = tab === 'left_out' ? counts.leftOut : tab === 'other' ? counts.other : []
  const known = among.some((one) => one.reason === reason) || reason === tab
  const filters = [
    { label: t('customers.filter.all'), value: tab },
    ...among.map(({ reason: value, customers }) => ({
      label: t('customers.filter.option', { name: filterName(t, value), customers }),
      value,
    })),
    ...(known ? [] : [{ label: filterName(t, reason), value: reason }]),
  ]
  const ends = endsOf(reason)
  return (
    <InlineStack gap="300">
      {(among.length > 0 || !known) && (
        <Select
          label={t('customers.filter.label')}
          options={filters}
          value={reason}
          onChange={(value) => onList(unsyncedReasons.find((one) => one === value) ?? tab)}
        />
      )}
      <Select
        label={t('customers.order.label')}
        options={[
          { label: t(ends.newest), value: 'newest' },
          { label: t(ends.oldest), value: 'oldest' },
        ]}
        value={order}
        onChange={(value) => onOrder(value === 'oldest' ? 'oldest' : 'newest')}
      />
    </InlineStack>
  )
}
