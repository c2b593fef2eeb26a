import { BlockStack, Link, Text } from '@shopify/polaris'
import type { UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { customersCopy } from '../copy/customers.ts'
import { omissionCopy, omissionWords } from '../copy/omissions.ts'
import { reasonCopy } from '../copy/reasons.ts'
import { customerInShopify } from '../pages.ts'
import { Instant } from '../time/instant.tsx'
import { Conflict } from './conflict.tsx'

interface CustomerRowProps {
  readonly shop: string
  readonly customer: UnsyncedCustomer
}

export function CustomerRow({ shop, customer }: CustomerRowProps) {
  const name = customer.name ?? customer.email ?? customersCopy.unnamed(customer.customerId)
  const words = customer.code ? reasonCopy[customer.code] : customer.omitted.length > 0 ? omissionCopy : null
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
        {words && (
          <>
            <Text as="p" fontWeight="medium">
              {words.headline}
            </Text>
            <Text as="p" tone="subdued">
              {words.whatToDo}
            </Text>
          </>
        )}
        {customer.omitted.map((omitted) => (
          <Text key={omitted.field} as="p">
            {omissionWords(omitted)}
          </Text>
        ))}
        {customer.code && customer.words && (
          <p className="ls-words">
            <b>{customersCopy.wordsOf(customer.code)}</b> <q>{customer.words}</q>
          </p>
        )}
        {customer.conflict && <Conflict conflict={customer.conflict} />}
        {customer.since && (
          <Text as="p" tone="subdued" variant="bodySm">
            {customersCopy.since} <Instant at={customer.since} />
          </Text>
        )}
      </BlockStack>
    </li>
  )
}
