import { BlockStack, Link, SkeletonDisplayText, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { LiveName } from '#app/core/report/unsynced-customers.ts'
import { customerPage } from '../pages.ts'

/** Names that were read from Shopify for the customers in sight. */
export interface NamesInSight {
  /** By customer number; null until they come. A customer that Shopify no longer has is missing. */
  readonly names: Readonly<Record<string, LiveName>> | null
  /** Shopify does not answer: the names come later. */
  readonly late: boolean
}

/** A customer's name and address, with a link to its page. The rows stand before the names come, and keep their height when they do. */
export function CustomerName({
  customerId,
  live,
  late,
}: {
  customerId: string
  live: LiveName | null | undefined
  late: boolean
}) {
  const { t } = useTranslation()
  const number = t('customers.unnamed', { number: customerId })
  const name = live?.name || live?.email || number
  return (
    <div className="ls-customer-name">
      <BlockStack gap="050">
        <Link
          url={customerPage(customerId)}
          removeUnderline
          dataPrimaryLink
          accessibilityLabel={t('customers.open', { name })}
        >
          <span className="ls-break">{name}</span>
        </Link>
        <Below live={live} late={late} isNameAddress={live?.name === live?.email || !live?.name} />
      </BlockStack>
    </div>
  )
}

/** `undefined`: the name is still to come; `null`: Shopify no longer has the customer. */
function Below({
  live,
  late,
  isNameAddress,
}: {
  live: LiveName | null | undefined
  late: boolean
  isNameAddress: boolean
}) {
  const { t } = useTranslation()
  if (live === undefined) {
    return late ? null : (
      <span className="ls-name-coming" role="img" aria-label={t('customers.nameComing')}>
        <SkeletonDisplayText size="small" />
      </span>
    )
  }
  const words = live === null ? t('customers.deleted') : (live.email ?? t('customers.noAddress'))
  if (live?.email && isNameAddress) return null
  return (
    <Text as="span" tone="subdued" breakWord>
      {words}
    </Text>
  )
}
