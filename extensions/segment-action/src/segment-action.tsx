import '@shopify/ui-extensions/preact'
import type { Api } from '@shopify/ui-extensions/admin.customer-segment-details.action.render'
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { SegmentAnswer } from '../../../app/core/report/extension-answers.ts'
import { type AppAnswer, askApp } from '../../shared/ask-app.ts'

declare const shopify: Api

export default async function segmentAction(): Promise<void> {
  render(<SegmentAction />, document.body)
}

/** Has all customers of the segment synced now, in the background. */
function SegmentAction() {
  const { translate: t } = shopify.i18n
  const segment = shopify.data.selected[0]?.id ?? ''
  const language = t('language')
  const [answer, setAnswer] = useState<AppAnswer<SegmentAnswer> | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    void askApp<SegmentAnswer>('segment', { language, query: { segment } }).then(setAnswer)
  }, [language, segment])

  const start = async () => {
    setBusy(true)
    setAnswer(await askApp<SegmentAnswer>('segment', { language, fields: { segment } }))
    setBusy(false)
  }

  const message = answer?.kind === 'answered' ? answer.data.message : null
  const isRunning = answer?.kind === 'answered' && answer.data.kind === 'running'
  return (
    <s-admin-action heading={t('heading')} loading={busy}>
      <s-stack gap="base">
        <s-paragraph>{t('about')}</s-paragraph>
        {message && <s-banner tone="info">{message}</s-banner>}
        {answer?.kind === 'failed' && <s-banner tone="critical">{t('failed')}</s-banner>}
      </s-stack>
      <s-button slot="primary-action" disabled={busy || answer === null || isRunning} onClick={() => void start()}>
        {t('syncNow')}
      </s-button>
      <s-button slot="secondary-actions" onClick={() => shopify.close()}>
        {t('close')}
      </s-button>
    </s-admin-action>
  )
}
