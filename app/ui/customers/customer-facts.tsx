import { BlockStack, Card, Text } from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Heard } from '#app/core/flow/heard.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { CustomerView } from '#app/core/report/customer-view.ts'
import { InstantLine, Line } from '../card/lines.tsx'
import { topicWords } from '../copy/activity.ts'
import { Instant } from '../time/instant.tsx'

/** What is recorded of the customer: times, how it was heard of, what waits, and loyalty values. */
export function CustomerFacts({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const { customer, heard, readAt, resolved, waiting, klaviyoId, loyalty } = view
  const hasReason = customer.code !== null
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('customer.facts')}
        </Text>
        <dl className="ls-lines">
          {hasReason && customer.since && <InstantLine label={t('customer.lines.since')} at={customer.since} />}
          <InstantLine label={t('customer.lines.lastSent')} at={customer.lastSentAt} />
          <InstantLine label={t('customer.lines.lastRead')} at={readAt} />
          {(heard || readAt) && (
            <Line label={t('customer.lines.heard')}>
              {heardWords(t, heard?.how ?? null)} <Instant at={heard?.at ?? readAt} />
            </Line>
          )}
          {waiting && <Waiting waiting={waiting} />}
          {resolved && (
            <Line label={t('customer.lines.resolved')}>
              {t(`reasons.${resolved.code}.headline`)} <Instant at={resolved.at} />
            </Line>
          )}
          {klaviyoId && (
            <Line label={t('customer.lines.profile')}>
              <code className="ls-break">{klaviyoId}</code>
            </Line>
          )}
        </dl>
        {loyalty && <Loyalty loyalty={loyalty} />}
      </BlockStack>
    </Card>
  )
}

function heardWords(t: TFunction, how: Heard | null): string {
  switch (how) {
    case null:
      return t('customer.heard.run')
    case 'hourly_check':
    case 'flow':
    case 'sync_now':
    case 'retry':
      return t(`customer.heard.${how}`)
    default:
      return topicWords(t, how)
  }
}

function Waiting({ waiting }: { waiting: NonNullable<CustomerView['waiting']> }) {
  const { t } = useTranslation()
  return (
    <>
      <Line label={t('customer.lines.next')}>
        <Instant at={waiting.nextAt} />
      </Line>
      {waiting.attempt > 0 && <Line label={t('customer.lines.attempts')}>{waiting.attempt}</Line>}
    </>
  )
}

function Loyalty({ loyalty }: { loyalty: NonNullable<CustomerView['loyalty']> }) {
  const { t } = useTranslation()
  const values = Object.entries(loyalty.values)
  if (values.length === 0) return null
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {t('customer.loyalty')}
      </Text>
      <dl className="ls-lines">
        {values.map(([meaning, value]) => (
          <Line key={meaning} label={t(`customer.meanings.${meaning as Meaning}`)}>
            {value === null ? t('customer.none') : String(value)}
          </Line>
        ))}
        {loyalty.tierSince && <InstantLine label={t('customer.loyaltyTimes.tierSince')} at={loyalty.tierSince} />}
        {loyalty.changedAt && <InstantLine label={t('customer.loyaltyTimes.changedAt')} at={loyalty.changedAt} />}
      </dl>
    </BlockStack>
  )
}
