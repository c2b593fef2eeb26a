import '@shopify/ui-extensions/preact'
import type { Api } from '@shopify/ui-extensions/admin.customer-details.action.render'
import { render } from 'preact'
import { CustomerDetails, useCustomerStatus } from '../../common/customer-status.tsx'

declare const shopify: Api

export default async function customerAction(): Promise<void> {
  render(<CustomerAction />, document.body)
}

/** Has the customer of the page synced now, after a look at where it stands. */
function CustomerAction() {
  const t = (key: string) => shopify.i18n.translate(key)
  const status = useCustomerStatus(shopify.data.selected[0]?.id ?? '', t('language'))
  const canSync = status.customer?.canSync === true
  return (
    <s-admin-action heading={t('heading')} loading={status.busy}>
      <CustomerDetails status={status} t={t} />
      <s-button slot="primary-action" disabled={!canSync || status.busy} onClick={() => void status.syncNow()}>
        {t('syncNow')}
      </s-button>
      <s-button slot="secondary-actions" onClick={() => shopify.close()}>
        {t('close')}
      </s-button>
    </s-admin-action>
  )
}
