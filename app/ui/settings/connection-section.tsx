import { Badge, Banner, BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useState } from 'react'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import { InstantLine, Line } from '../card/lines.tsx'
import { connectFault, connectionCopy } from '../copy/connection.ts'
import { firstForecastWords } from '../copy/destination.ts'
import { pages } from '../pages.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'
import { ConnectForm } from './connect-form.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'

export interface ConnectionActions {
  /** `sharing` is null unless what is written beside other shops was chosen. */
  readonly connect: (key: string, sharing: Sharing | null) => void
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
      {connectionCopy.disconnect}
    </Button>
  )

  return (
    <>
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="400">
          <InlineStack gap="200" blockAlign="center">
            <Text as="h2" variant="headingMd">
              {connectionCopy.title}
            </Text>
            <ConnectionBadge kind={connection.kind} />
          </InlineStack>
          {connection.kind === 'refused' && (
            <Banner tone="critical" title={connectionCopy.refused.title}>
              <p>{connectionCopy.refused.body}</p>
            </Banner>
          )}
          {connection.kind === 'connected' && taken && !replacing && (
            <JustConnected accountName={connection.accountName} />
          )}
          {view.accountIsShared && (
            <Banner tone="warning" title={connectionCopy.shared.title}>
              <p>{connectionCopy.shared.body}</p>
            </Banner>
          )}
          {connection.kind === 'none' ? (
            <Text as="p">{connectionCopy.description}</Text>
          ) : (
            <AccountLines connection={connection} />
          )}
          {connection.kind === 'none' && forecast && <Text as="p">{firstForecastWords(now.t, forecast)}</Text>}
          {asksForKey && (
            <ConnectForm
              scopesNeeded={scopesNeeded}
              fault={outcome && connectFault(outcome, (at) => shopClockTime(at, now))}
              connecting={actions.connecting}
              onConnect={actions.connect}
              shared={shared}
              beside={
                <>
                  {connection.kind === 'connected' && (
                    <Button onClick={() => setReplacing(false)}>{connectionCopy.cancel}</Button>
                  )}
                  {connection.kind === 'refused' && disconnect}
                </>
              }
            />
          )}
          {!asksForKey && (
            <InlineStack gap="200">
              <Button onClick={() => setReplacing(true)}>{connectionCopy.replace}</Button>
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
    </>
  )
}

function ConnectionBadge({ kind }: { kind: CardConnection['kind'] }) {
  const tones = { none: 'new', connected: 'success', refused: 'critical' } as const
  return <Badge tone={tones[kind]}>{connectionCopy.status[kind]}</Badge>
}

function JustConnected({ accountName }: { accountName: string }) {
  return (
    <Banner tone="success" title={connectionCopy.connected(accountName)}>
      <Link url={pages.home}>{connectionCopy.seeSync}</Link>
    </Banner>
  )
}

function AccountLines({ connection }: { connection: Exclude<CardConnection, { kind: 'none' }> }) {
  return (
    <dl className="ls-lines">
      <Line label={connectionCopy.account}>{connection.accountName}</Line>
      {connection.kind === 'connected' ? (
        <InstantLine label={connectionCopy.since} at={connection.connectedAt} />
      ) : (
        <InstantLine label={connectionCopy.refusedSince} at={connection.refusedAt} />
      )}
    </dl>
  )
}
