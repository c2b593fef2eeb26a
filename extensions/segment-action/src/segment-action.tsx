import '@shopify/ui-extensions/preact'
import type { Api } from '@shopify/ui-extensions/admin.customer-segment-details.action.render'
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { SegmentAnswer } from '../../../app/core/report/extension-answers.ts'
import { type AppAnswer, askApp } from '../../common/ask-app.ts'

declare const shopify: Api

export default async function segmentAction(): Promise<void> {
  render(<SegmentAction />, document.body)
}

/** Has all customers of the segment synced now, or keeps the segment as a list in Klaviyo; both in the background. */
function SegmentAction() {
  const { translate: t } = shopify.i18n
  const segment = shopify.data.selected[0]?.id ?? ''
  const language = t('language')
  const [answer, setAnswer] = useState<AppAnswer<SegmentAnswer> | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    void askApp<SegmentAnswer>('segment', { language, query: { segment } }).then(setAnswer)
  }, [language, segment])

  const start = async (as: 'sync' | 'list') => {
    setBusy(true)
    setAnswer(await askApp<SegmentAnswer>('segment', { language, fields: { segment, as } }))
    setBusy(false)
  }

  const told = answer?.kind === 'answered' ? answer.data : null
  const isRunning = told?.kind === 'running'
  return (
    <s-admin-action heading={t('heading')} loading={busy}>
      <s-stack gap="base">
        <s-paragraph>{t('about')}</s-paragraph>
        {told?.message && <s-banner tone="info">{told.message}</s-banner>}
        <s-divider />
        <s-heading>{t('listHeading')}</s-heading>
        <s-paragraph>{t('aboutList')}</s-paragraph>
        {told?.listMessage && <s-banner tone={told.isKept ? 'info' : 'warning'}>{told.listMessage}</s-banner>}
        <s-button disabled={busy || told === null || told.isKept} onClick={() => void start('list')}>
          {t('keepAsList')}
        </s-button>
        {answer?.kind === 'failed' && <s-banner tone="critical">{t('failed')}</s-banner>}
      </s-stack>
      <s-button
        slot="primary-action"
        disabled={busy || answer === null || isRunning}
        onClick={() => void start('sync')}
      >
        {t('syncNow')}
      </s-button>
      <s-button slot="secondary-actions" onClick={() => shopify.close()}>
        {t('close')}
      </s-button>
    </s-admin-action>
  )
}
