import { BlockStack, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { RuleCode } from '#app/core/issue/reason-code.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { SyncCard as SyncCardView } from '#app/core/report/sync-card.ts'
import { ListProblemBanner } from '../destination/list-problem-banner.tsx'
import { type IntegrationActions, IntegrationCard } from '../integration/integration-card.tsx'
import { numberIn } from '../language/number-in.ts'
import { LoyaltyRefusedBanner } from '../loyalty/refused-banner.tsx'
import { OneBanner } from '../one-banner.tsx'
import { customersPage, pages } from '../pages.ts'
import type { RunCancelling } from '../runs/cancel-run.tsx'
import { Instant } from '../time/instant.tsx'
import { duration } from '../time/relative-time.ts'
import { ShopClock, useShopNow } from '../time/shop-clock.tsx'
import { TimeZone } from '../time/time-zone.tsx'
import { FailedSyncBanner } from './failed-sync-banner.tsx'
import { type FullSyncButton, FullSyncPanel } from './full-sync-panel.tsx'
import { HeldBanner } from './held-banner.tsx'
import { CountLine, InstantLine, Line, Lines } from './lines.tsx'
import { LoyaltyFoundBanner } from './loyalty-found-banner.tsx'
import { NotConnected } from './not-connected.tsx'
import { PromiseLine } from './promise-line.tsx'
import { RefusedBanner } from './refused-banner.tsx'
import { SegmentsGoneBanner } from './segments-gone-banner.tsx'
import { ShopifyTroubleBanner } from './shopify-trouble-banner.tsx'
import { isStandStill, StandStillBanner } from './stand-still-banner.tsx'
import { StatusBadge, StatusLine } from './status.tsx'

interface SyncCardProps {
  readonly card: SyncCardView
  readonly button: FullSyncButton
  readonly cancelling: RunCancelling
  readonly integration: IntegrationActions
  /** The newest figures could not be loaded; these are the previous ones. */
  readonly notRefreshed: boolean
  /** What a full sync would do now; null when it is not known. */
  readonly forecast?: FullSyncForecast | null
  /** Ends the report on a loyalty app that was found. */
  readonly onDismissApp?: (() => void) | undefined
}

/** The integration's switch and the Integration Sync card, in every state. */
export function SyncCard(props: SyncCardProps) {
  const { card, button, cancelling, integration, notRefreshed, forecast = null, onDismissApp } = props
  if (card.connection.kind === 'none') return <NotConnected />
  return (
    <ShopClock asOf={card.asOf} timeZone={card.timeZone}>
      <BlockStack gap="400">
        <CardBanner card={card} onDismissApp={onDismissApp} />
        <IntegrationCard card={card} actions={integration} forecast={forecast} />
        <Card padding={{ xs: '400', sm: '500' }}>
          <BlockStack gap="500">
            <Headline card={card} accountName={card.connection.accountName} notRefreshed={notRefreshed} />
            <FullSyncPanel card={card} button={button} cancelling={cancelling} forecast={forecast} />
            <div className="ls-columns ls-columns--2-3">
              <Customers card={card} />
              <Activity card={card} />
            </div>
            <Foot />
          </BlockStack>
        </Card>
      </BlockStack>
    </ShopClock>
  )
}

/** The most urgent first: what stops everything, then what stops live changes, then what concerns some customers or fields. */
function CardBanner({ card, onDismissApp }: Pick<SyncCardProps, 'card' | 'onDismissApp'>) {
  const { connection, fullSyncFailedAt, shopifyTrouble, liveStall, listProblem, loyaltyRefusedAt } = card
  const connected = connection.kind === 'connected'
  return (
    <OneBanner
      banners={[
        connection.kind === 'refused' && <RefusedBanner connection={connection} pending={card.pending} />,
        connected && shopifyTrouble && <ShopifyTroubleBanner trouble={shopifyTrouble} />,
        connected && liveStall && isStandStill(liveStall.why) && <StandStillBanner stall={liveStall} />,
        connected && fullSyncFailedAt && <FailedSyncBanner failedAt={fullSyncFailedAt} />,
        listProblem && <ListProblemBanner problem={listProblem} linked />,
        card.segmentsGone.length > 0 && <SegmentsGoneBanner names={card.segmentsGone} />,
        connection.kind === 'connected' && loyaltyRefusedAt && (
          <LoyaltyRefusedBanner by={connection.by} refusedAt={loyaltyRefusedAt} timeZone={card.timeZone} />
        ),
        card.heldSources.length > 0 && <HeldBanner sources={card.heldSources} />,
        card.newLoyaltyApp && <LoyaltyFoundBanner app={card.newLoyaltyApp} onDismiss={onDismissApp} />,
      ]}
    />
  )
}

function Headline({
  card,
  accountName,
  notRefreshed,
}: {
  card: SyncCardView
  accountName: string
  notRefreshed: boolean
}) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" align="space-between" blockAlign="center">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('card.title')}
          </Text>
          <StatusBadge card={card} />
        </InlineStack>
        <Text as="p" tone="subdued" breakWord>
          {t('card.account', { account: accountName })}
        </Text>
      </InlineStack>
      <Text as="p" variant="headingLg" fontWeight="semibold">
        {t('card.synced', { lastDay: card.syncedLastDay, total: card.syncedTotal })}
      </Text>
      <StatusLine card={card} notRefreshed={notRefreshed} />
    </BlockStack>
  )
}

/** Every customer is counted in one of these lines: they add up to the first. Before any was read, none of them says anything. */
function Customers({ card }: { card: SyncCardView }) {
  const { t, i18n } = useTranslation()
  const { parts, omitted, filled } = card
  if (!card.anyRead) {
    return (
      <Lines heading={t('card.customers')}>
        <CountLine label={t('card.waiting')} amount={parts.waiting} page={customersPage('waiting')} />
        <Text as="p" tone="subdued">
          {t('card.nothingRead')}
        </Text>
      </Lines>
    )
  }
  return (
    <Lines heading={t('card.customers')}>
      <Line label={filled ? t('card.allCustomers') : t('card.customersSoFar')}>
        <span className="ls-figures">{numberIn(i18n.language, parts.customers)}</span>
      </Line>
      <CountLine label={t('card.inSync')} amount={parts.inSync} page={customersPage('in_sync')} />
      <CountLine label={t('card.waiting')} amount={parts.waiting} page={customersPage('waiting')} />
      {parts.waitingAtLimit > 0 && (
        <CountLine label={t('card.waitingAtLimit')} amount={parts.waitingAtLimit} page={customersPage('limit')} />
      )}
      <CountLine label={t('card.noEmail')} amount={parts.noEmail} page={customersPage('no_email')} />
      <CountLine label={t('card.invalidEmail')} amount={parts.invalidEmail} page={customersPage('invalid_email')} />
      <CountLine label={t('card.otherIssues')} amount={parts.otherIssues} page={customersPage('other')} />
      {/* In the order of the rules, without their names once more in the first page's script. */}
      {(Object.keys(parts.leftOut) as RuleCode[]).map(
        (code) =>
          parts.leftOut[code] > 0 && (
            <CountLine
              key={code}
              label={t(`reasons.${code}.headline`)}
              amount={parts.leftOut[code]}
              page={customersPage(code)}
            />
          ),
      )}
      {parts.futureOnly > 0 && (
        <CountLine label={t('card.futureOnly')} amount={parts.futureOnly} page={customersPage('future_only')} />
      )}
      {parts.alreadyInKlaviyo > 0 && (
        <CountLine
          label={t('card.alreadyInKlaviyo')}
          amount={parts.alreadyInKlaviyo}
          page={customersPage('already_in_klaviyo')}
        />
      )}
      {omitted > 0 && <CountLine label={t('card.omitted')} amount={omitted} page={customersPage('omitted')} />}
    </Lines>
  )
}

function Activity({ card }: { card: SyncCardView }) {
  const now = useShopNow()
  const { t } = now
  const { dueSince, pending, speedToday, lastFullSyncTrigger: trigger } = card
  const within = speedToday?.withinMs == null ? 'longer' : duration(speedToday.withinMs, now)
  return (
    <BlockStack gap="200">
      <Lines heading={t('card.activity')} more={<Link url={pages.activity}>{t('card.seeActivity')}</Link>}>
        <Line label={t('card.lastFullSync')}>
          <Instant at={card.lastFullSyncStartedAt} />
          {trigger && (
            <Text as="p" tone="subdued" variant="bodySm">
              {t(`card.startedHow.${trigger}`)}
            </Text>
          )}
        </Line>
        <InstantLine label={t('card.lastProfile')} at={card.lastProfileSyncedAt} />
        {/* Changes that are held back have a sentence of their own. */}
        {(dueSince !== null || pending === 0) && (
          <Line label={t('card.dueSince')}>
            {dueSince === null ? t('card.noneDue') : duration(now.nowMs - Date.parse(dueSince), now)}
          </Line>
        )}
      </Lines>
      {speedToday && (
        <Text as="p" tone="subdued">
          {t('card.speed', { within, changes: speedToday.changes })}
        </Text>
      )}
    </BlockStack>
  )
}

function Foot() {
  return (
    <InlineStack gap="200" align="space-between">
      <PromiseLine />
      <TimeZone />
    </InlineStack>
  )
}
