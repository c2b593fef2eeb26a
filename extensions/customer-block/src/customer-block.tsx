import '@shopify/ui-extensions/preact'
import type { Api } from '@shopify/ui-extensions/admin.customer-details.block.render'
import { render } from 'preact'
import { CustomerDetails, useCustomerStatus } from '../../common/customer-status.tsx'

declare const shopify: Api

export default async function customerBlock(): Promise<void> {
  render(<CustomerBlock />, document.body)
}

/** Where the customer of the page stands, why, and what to do. */
function CustomerBlock() {
  const t = (key: string) => shopify.i18n.translate(key)
  const status = useCustomerStatus(shopify.data.selected[0]?.id ?? '', t('language'))
  const { customer, busy } = status
  return (
    <s-admin-block heading={t('heading')} collapsedSummary={customer?.state ?? ''}>
      <s-stack gap="base">
        <CustomerDetails status={status} t={t} />
        <s-stack direction="inline" gap="base">
          {customer?.canSync && (
            <s-button loading={busy} onClick={() => void status.syncNow()}>
              {t('syncNow')}
            </s-button>
          )}
          {customer && <s-link href={`app:${customer.page.slice(1)}`}>{t('open')}</s-link>}
          {status.failed && <s-button onClick={() => void status.load()}>{t('again')}</s-button>}
        </s-stack>
      </s-stack>
    </s-admin-block>
  )
}
