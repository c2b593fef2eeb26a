import { Banner, BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CustomerView, LiveCustomer } from '#app/core/report/customer-view.ts'
import { hindranceWords } from '../copy/customer.ts'
import { customerInShopify, customerPage, pages, profileInKlaviyo } from '../pages.ts'
import { CustomerFacts } from './customer-facts.tsx'
import { CustomerReason } from './customer-reason.tsx'
import { LastRequest } from './last-request.tsx'
import { type Comparison, LiveComparison } from './live-comparison.tsx'
import type { SyncActions } from './sync-actions.ts'

interface CustomerDetailsProps {
  readonly shop: string
  readonly view: CustomerView
  readonly comparison: Comparison
  readonly sync: SyncActions
}

/** One customer: the answer first, then what is known, both sides, and the last request. */
export function CustomerDetails({ shop, view, comparison, sync }: CustomerDetailsProps) {
  const { live } = comparison
  const isUnknown = view.customer.state === 'unread' && live?.shopify.kind === 'not_found' && !view.erased
  if (isUnknown) return <UnknownCustomer />
  return (
    <BlockStack gap="400">
      {view.hindrance && <Hindrance hindrance={view.hindrance} />}
      <Card>
        <BlockStack gap="300">
          <Answer view={view} live={live} />
          <Actions shop={shop} view={view} live={live} sync={sync} />
        </BlockStack>
      </Card>
      <LiveComparison comparison={comparison} />
      <CustomerFacts view={view} />
      <LastRequest request={view.request} live={live} />
    </BlockStack>
  )
}

function UnknownCustomer() {
  const { t } = useTranslation()
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('customer.answer.unknown')}
        </Text>
        <Text as="p">{t('customer.answer.unknownHelp')}</Text>
        <div>
          <Button url={pages.customers}>{t('customer.answer.search')}</Button>
        </div>
      </BlockStack>
    </Card>
  )
}

function Hindrance({ hindrance }: { hindrance: NonNullable<CustomerView['hindrance']> }) {
  const { t } = useTranslation()
  return (
    <Banner tone="warning">
      <p>{hindranceWords(t, hindrance)}</p>
    </Banner>
  )
}

/** Why the customer is in Klaviyo, or why not, in words. */
function Answer({ view, live }: { view: CustomerView; live: LiveCustomer | null }) {
  const { t } = useTranslation()
  const { customer, erased, mergedInto } = view
  if (erased) return <Headline words={t('customer.answer.erased')} />
  if (mergedInto) {
    return (
      <>
        <Headline words={t('customer.answer.mergedInto')} />
        <Link url={customerPage(mergedInto)}>{t('customer.answer.openMerged')}</Link>
      </>
    )
  }
  const email = live?.shopify.kind === 'found' ? live.shopify.email : undefined
  const { state } = customer
  if (state === 'issue' || state === 'left_out') return <CustomerReason customer={customer} email={email} />
  const more =
    state === 'gone' ? t('customer.answer.goneHelp') : state === 'unread' ? t('customer.answer.unreadHelp') : null
  return (
    <>
      <Headline words={t(`customer.answer.${state === 'in_sync' && isDifferent(live) ? 'differs' : state}`)} />
      {more && <Text as="p">{more}</Text>}
      {customer.omitted.length > 0 && <CustomerReason customer={customer} email={email} />}
      {email && (
        <Text as="p" tone="subdued" breakWord>
          {email}
        </Text>
      )}
    </>
  )
}

function isDifferent(live: LiveCustomer | null): boolean {
  return live?.fields.some(({ state }) => state === 'differs' || state === 'missing' || state === 'to_clear') ?? false
}

function Headline({ words }: { words: string }) {
  return (
    <Text as="h2" variant="headingMd">
      {words}
    </Text>
  )
}

function Actions({ shop, view, live, sync }: Omit<CustomerDetailsProps, 'comparison'> & { live: LiveCustomer | null }) {
  const { t } = useTranslation()
  const { customerId } = view.customer
  const klaviyoId = live?.klaviyo.kind === 'found' ? live.klaviyo.klaviyoId : view.klaviyoId
  const inNewTab = (label: string) => t('customer.newTab', { label })
  return (
    <InlineStack gap="200">
      {!view.erased && (
        <Button variant="primary" loading={sync.busy} onClick={() => sync.syncNow([customerId])}>
          {t('customer.syncNow')}
        </Button>
      )}
      <Button
        url={customerInShopify(shop, customerId)}
        target="_blank"
        accessibilityLabel={inNewTab(t('customer.openShopify'))}
      >
        {t('customer.openShopify')}
      </Button>
      {klaviyoId && (
        <Button
          url={profileInKlaviyo(klaviyoId)}
          target="_blank"
          accessibilityLabel={inNewTab(t('customer.openKlaviyo'))}
        >
          {t('customer.openKlaviyo')}
        </Button>
      )}
    </InlineStack>
  )
}
