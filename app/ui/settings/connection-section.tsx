import { Banner, BlockStack, Button, Card, Link, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { LoginView } from '#app/core/report/klaviyo-login.ts'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import { Badge } from '../badge.tsx'
import { InstantLine, Line } from '../card/lines.tsx'
import { connectFault } from '../copy/connection.ts'
import { firstForecastWords } from '../copy/destination.ts'
import type { LoginActions } from '../klaviyo-login/login-actions.ts'
import { LoginBanner } from '../klaviyo-login/login-banner.tsx'
import { LoginForm } from '../klaviyo-login/login-form.tsx'
import { OneBanner } from '../one-banner.tsx'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { Annotated } from './annotated.tsx'
import { ConnectForm } from './connect-form.tsx'
import { ConnectedActions } from './connected-actions.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'
import { NoLongerConnected } from './no-longer-connected.tsx'

export interface ConnectionActions {
  /** `sharing` is null unless what is written beside other shops was chosen. */
  readonly connect: (key: string, sharing: Sharing | null, first: FirstSync) => void
  readonly login: LoginActions
  readonly disconnect: () => void
  readonly connecting: boolean
  readonly disconnecting: boolean
  /** The result for the last key; null before the first. */
  readonly outcome: ConnectOutcome | null
}

export function ConnectionSection({
  view,
  loginView,
  actions,
  forecast,
}: {
  view: ConnectionView
  loginView: LoginView
  actions: ConnectionActions
  /** What the first full sync would do; null when it is not known. */
  forecast: FullSyncForecast | null
}) {
  const now = useShopNow()
  const { t } = now
  const [replacing, setReplacing] = useState(false)
  const [askingToDisconnect, setAskingToDisconnect] = useState(false)
  const { connection, scopesNeeded } = view
  const { outcome, login } = actions
  const taken = outcome?.kind === 'connected' || login.outcome?.kind === 'connected'
  // A prefix that is taken is asked for again.
  const [shared, setShared] = useState<Extract<ConnectOutcome, { kind: 'account_shared' }> | null>(null)
  // Each answer is handled once: an accepted key closes the form.
  const [seen, setSeen] = useState(outcome)
  if (seen !== outcome) {
    setSeen(outcome)
    if (taken) setReplacing(false)
    if (outcome?.kind !== 'prefix_taken') setShared(outcome?.kind === 'account_shared' ? outcome : null)
  }
  const asks = connection.kind !== 'connected' || replacing
  const [prefersKey, setPrefersKey] = useState(false)
  const asksForKey = prefersKey || !loginView.isOffered
  const disconnect = (
    <Button tone="critical" loading={actions.disconnecting} onClick={() => setAskingToDisconnect(true)}>
      {t('connection.disconnect')}
    </Button>
  )

  const beside = (
    <>
      {connection.kind === 'connected' && <Button onClick={() => setReplacing(false)}>{t('connection.cancel')}</Button>}
      {connection.kind === 'refused' && disconnect}
    </>
  )

  return (
    <Annotated
      title={t('connection.title')}
      about={t('connection.description')}
      badge={<ConnectionBadge connection={connection} />}
    >
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="400">
          <OneBanner
            banners={[
              connection.kind === 'refused' && <NoLongerConnected connection={connection} pending={view.pending} />,
              connection.kind === 'connected' && taken && !replacing && (
                <JustConnected accountName={connection.accountName} />
              ),
            ]}
          />
          <LoginBanner login={login} view={loginView} />
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
          {asks && !asksForKey && (
            <LoginForm login={login} for={connection.kind === 'none' ? 'new' : 'again'} beside={beside} />
          )}
          {asks && asksForKey && (
            <ConnectForm
              scopesNeeded={scopesNeeded}
              fault={outcome && connectFault(now, outcome)}
              connecting={actions.connecting}
              onConnect={actions.connect}
              shared={shared}
              isNew={connection.kind === 'none'}
              beside={beside}
            />
          )}
          {asks && loginView.isOffered && (
            <div>
              <Button variant="plain" onClick={() => setPrefersKey(!prefersKey)}>
                {t(prefersKey ? 'klaviyoLogin.useLogin' : 'klaviyoLogin.useKey')}
              </Button>
            </div>
          )}
          {!asks && (
            <ConnectedActions
              connection={connection}
              login={loginView.isOffered ? login : null}
              onReplace={(byKey) => {
                setPrefersKey(byKey)
                setReplacing(true)
              }}
              disconnect={disconnect}
            />
          )}
        </BlockStack>
      </Card>
      {askingToDisconnect && (
        <DisconnectDialog
          byLogin={connection.kind !== 'none' && connection.by === 'login'}
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

function ConnectionBadge({ connection }: { connection: CardConnection }) {
  const { t } = useTranslation()
  const tones = { none: null, connected: 'success', refused: 'critical' } as const
  const ended = connection.kind === 'refused' && connection.by === 'login'
  return (
    <Badge tone={tones[connection.kind]}>
      {ended ? t('klaviyoLogin.ended.status') : t(`connection.status.${connection.kind}`)}
    </Badge>
  )
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
  const byLogin = connection.by === 'login'
  return (
    <dl className="ls-lines">
      <Line label={t('connection.account')}>{connection.accountName}</Line>
      <Line label={t('klaviyoLogin.connectedBy')}>{t(byLogin ? 'klaviyoLogin.byLogin' : 'klaviyoLogin.byKey')}</Line>
      {connection.kind === 'connected' ? (
        <InstantLine label={t('connection.since')} at={connection.connectedAt} />
      ) : (
        <InstantLine
          label={t(byLogin ? 'klaviyoLogin.ended.since' : 'connection.refusedSince')}
          at={connection.refusedAt}
        />
      )}
    </dl>
  )
}
