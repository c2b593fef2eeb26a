import '@shopify/ui-extensions/preact'
import type { Api } from '@shopify/ui-extensions/admin.customer-index.selection-action.render'
import { render } from 'preact'
import { useState } from 'preact/hooks'
import { type SyncProgress, syncCustomers } from '../../common/sync-customers.ts'

declare const shopify: Api

export default async function selectionAction(): Promise<void> {
  render(<SelectionAction />, document.body)
}

const NOTHING_YET: SyncProgress = { taken: 0, message: null, failed: false }

/** Has the selected customers synced now. After a failure a press goes on where it stopped. */
function SelectionAction() {
  const { translate: t } = shopify.i18n
  const ids = shopify.data.selected.map(({ id }) => id)
  const [progress, setProgress] = useState(NOTHING_YET)
  const [busy, setBusy] = useState(false)
  const isDone = progress.taken === ids.length

  const start = async () => {
    setBusy(true)
    const { taken: from } = progress
    setProgress(await syncCustomers(ids, { from, language: t('language'), onProgress: setProgress }))
    setBusy(false)
  }

  return (
    <s-admin-action heading={t('heading')} loading={busy}>
      <s-stack gap="base">
        {!isDone && <s-paragraph>{t('selected', { count: ids.length })}</s-paragraph>}
        {busy && progress.taken > 0 && (
          <s-paragraph>{t('progress', { taken: progress.taken, all: ids.length })}</s-paragraph>
        )}
        {progress.failed && (
          <s-banner tone="critical">{t('failed', { taken: progress.taken, all: ids.length })}</s-banner>
        )}
        {isDone && progress.message && <s-banner tone="success">{progress.message}</s-banner>}
      </s-stack>
      <s-button slot="primary-action" disabled={busy || isDone} onClick={() => void start()}>
        {t('syncNow')}
      </s-button>
      <s-button slot="secondary-actions" disabled={busy} onClick={() => shopify.close()}>
        {t('close')}
      </s-button>
    </s-admin-action>
  )
}
