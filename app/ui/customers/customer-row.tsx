import { BlockStack, Link, Text } from '@shopify/polaris'
import type { UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { customersCopy } from '../copy/customers.ts'
import { reasonCopy } from '../copy/reasons.ts'
import { customerInShopify } from '../pages.ts'
import { Instant } from '../time/instant.tsx'
import { Conflict, type ConflictSettling } from './conflict.tsx'

interface CustomerRowProps {
  readonly shop: string
  readonly customer: UnsyncedCustomer
  readonly settle: ConflictSettling
}

export function CustomerRow({ shop, customer, settle }: CustomerRowProps) {
  const name = customer.name ?? customer.email ?? customersCopy.unnamed(customer.customerId)
  const { headline, whatToDo } = reasonCopy[customer.code]
  return (
    <li className="ls-customer">
      <BlockStack gap="050">
        <Link
          url={customerInShopify(shop, customer.customerId)}
          target="_blank"
          accessibilityLabel={customersCopy.openInShopify(name)}
        >
          <span className="ls-break">{name}</span>
        </Link>
        {customer.email && customer.email !== name && (
          <Text as="p" tone="subdued" breakWord>
            {customer.email}
          </Text>
        )}
      </BlockStack>
      <BlockStack gap="050">
        <Text as="p" fontWeight="medium">
          {headline}
        </Text>
        <Text as="p" tone="subdued">
          {whatToDo}
        </Text>
        {customer.words && (
          <p className="ls-words">
            <b>{customersCopy.wordsOf(customer.code)}</b> <q>{customer.words}</q>
          </p>
        )}
        {customer.conflict && (
          <Conflict conflict={customer.conflict} customer={{ customerId: customer.customerId, name }} settle={settle} />
        )}
        {customer.since && (
          <Text as="p" tone="subdued" variant="bodySm">
            {customersCopy.since} <Instant at={customer.since} />
          </Text>
        )}
      </BlockStack>
    </li>
  )
}
