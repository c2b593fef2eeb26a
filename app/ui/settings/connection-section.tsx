import { Banner, BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import { Badge } from '../badge.tsx'
import { InstantLine, Line } from '../card/lines.tsx'
import { connectFault } from '../copy/connection.ts'
import { firstForecastWords } from '../copy/destination.ts'
import { OneBanner } from '../one-banner.tsx'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { Annotated } from './annotated.tsx'
import { ConnectForm } from './connect-form.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'

export interface ConnectionActions {
  /** `sharing` is null unless what is written beside other shops was chosen. */
  readonly connect: (key: string, sharing: Sharing | null, first: FirstSync) => void
  readonly disconnect: () => void
  readonly connecting: boolean
  readonly disconnecting: boolean
  /** The result for the last key; null before the first. */
  readonly outcome: ConnectOutcome | null
}

export function ConnectionSection({
  view,
  actions,
  forecast,
}: {
  view: ConnectionView
  actions: ConnectionActions
  /** What the first full sync would do; null when it is not known. */
  forecast: FullSyncForecast | null
}) {
  const now = useShopNow()
  const { t } = now
  const [replacing, setReplacing] = useState(false)
  const [askingToDisconnect, setAskingToDisconnect] = useState(false)
  const { connection, scopesNeeded } = view
  const { outcome } = actions
  const taken = outcome?.kind === 'connected'
  // A prefix that is taken is asked for again.
  const [shared, setShared] = useState<Extract<ConnectOutcome, { kind: 'account_shared' }> | null>(null)
  // Each answer is handled once: an accepted key closes the form.
  const [seen, setSeen] = useState(outcome)
  if (seen !== outcome) {
    setSeen(outcome)
    if (taken) setReplacing(false)
    if (outcome?.kind !== 'prefix_taken') setShared(outcome?.kind === 'account_shared' ? outcome : null)
  }
  const asksForKey = connection.kind !== 'connected' || replacing
  const disconnect = (
    <Button tone="critical" loading={actions.disconnecting} onClick={() => setAskingToDisconnect(true)}>
      {t('connection.disconnect')}
    </Button>
  )

  return (
    <Annotated
      title={t('connection.title')}
      about={t('connection.description')}
      badge={<ConnectionBadge kind={connection.kind} />}
    >
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="400">
          <OneBanner
            banners={[
              connection.kind === 'refused' && (
                <Banner tone="critical" title={t('connection.refusedTitle')}>
                  <p>{t('connection.refusedBody')}</p>
                </Banner>
              ),
              connection.kind === 'connected' && taken && !replacing && (
                <JustConnected accountName={connection.accountName} />
              ),
            ]}
          />
          {connection.kind !== 'none' && <AccountLines connection={connection} />}
          {view.accountIsShared && (
            <div>
              <Text as="p" tone="caution" fontWeight="semibold">
                {t('connection.sharedTitle')}
              </Text>
              <Text as="p">{t('connection.sharedBody')}</Text>
            </div>
          )}
          {connection.kind === 'none' && forecast && <Text as="p">{firstForecastWords(now.t, forecast)}</Text>}
          {asksForKey && (
            <ConnectForm
              scopesNeeded={scopesNeeded}
              fault={outcome && connectFault(now, outcome)}
              connecting={actions.connecting}
              onConnect={actions.connect}
              shared={shared}
              isNew={connection.kind === 'none'}
              beside={
                <>
                  {connection.kind === 'connected' && (
                    <Button onClick={() => setReplacing(false)}>{t('connection.cancel')}</Button>
                  )}
                  {connection.kind === 'refused' && disconnect}
                </>
              }
            />
          )}
          {!asksForKey && (
            <InlineStack gap="200">
              <Button onClick={() => setReplacing(true)}>{t('connection.replace')}</Button>
              {disconnect}
            </InlineStack>
          )}
        </BlockStack>
      </Card>
      {askingToDisconnect && (
        <DisconnectDialog
          onClose={() => setAskingToDisconnect(false)}
          onConfirm={() => {
            setAskingToDisconnect(false)
            actions.disconnect()
          }}
        />
      )}
    </Annotated>
  )
}

function ConnectionBadge({ kind }: { kind: CardConnection['kind'] }) {
  const { t } = useTranslation()
  const tones = { none: null, connected: 'success', refused: 'critical' } as const
  return <Badge tone={tones[kind]}>{t(`connection.status.${kind}`)}</Badge>
}

function JustConnected({ accountName }: { accountName: string }) {
  const { t } = useTranslation()
  return (
    <Banner tone="success" title={t('connection.connected', { account: accountName })}>
      <Link url={pages.home}>{t('connection.seeSync')}</Link>
    </Banner>
  )
}

function AccountLines({ connection }: { connection: Exclude<CardConnection, { kind: 'none' }> }) {
  const { t } = useTranslation()
  return (
    <dl className="ls-lines">
      <Line label={t('connection.account')}>{connection.accountName}</Line>
      {connection.kind === 'connected' ? (
        <InstantLine label={t('connection.since')} at={connection.connectedAt} />
      ) : (
        <InstantLine label={t('connection.refusedSince')} at={connection.refusedAt} />
      )}
    </dl>
  )
}
