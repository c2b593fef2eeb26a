import { BlockStack, Card, Link, Text } from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { CustomerRequest, LiveCustomer, RequestBody } from '#app/core/report/customer-view.ts'
import { Line } from '../card/lines.tsx'
import { numberIn } from '../language/number-in.ts'
import { runPage } from '../pages.ts'
import { Instant } from '../time/instant.tsx'

/** The request that carried the customer last, and what Klaviyo answered. */
export function LastRequest({ request, live }: { request: CustomerRequest | null; live: LiveCustomer | null }) {
  const { t } = useTranslation()
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('customer.request.title')}
          </Text>
          <Text as="p" tone="subdued">
            {request ? t('customer.request.help') : t('customer.request.none')}
          </Text>
        </BlockStack>
        {request && <Facts request={request} />}
        {request && live?.body && <Body request={request} body={live.body} />}
      </BlockStack>
    </Card>
  )
}

function Facts({ request }: { request: CustomerRequest }) {
  const { t, i18n } = useTranslation()
  const { kind, at, tookMs, profiles, run, words } = request
  return (
    <>
      <dl className="ls-lines">
        <Line label={t('customer.request.at')}>
          <Instant at={at} />
        </Line>
        <Line label={t('customer.request.endpoint')}>
          <code className="ls-break">{t(`customer.request.kinds.${kind}`)}</code>
        </Line>
        <Line label={t('customer.request.answer')}>{answerWords(t, request)}</Line>
        {request.status !== null && (
          <Line label={t('customer.request.took')}>{t('customer.request.milliseconds', { ms: tookMs })}</Line>
        )}
        {profiles > 1 && <Line label={t('customer.request.carried')}>{numberIn(i18n.language, profiles)}</Line>}
        <Line label={t('customer.request.run')}>
          {run ? <Link url={runPage(run)}>{t('customer.request.byRun')}</Link> : t('customer.request.byChange')}
        </Line>
      </dl>
      {words && (
        <p className="ls-words">
          <b>{t('customer.request.says')}</b> <q>{words}</q>
        </p>
      )}
    </>
  )
}

function answerWords(t: TFunction, { status, outcome }: CustomerRequest): string {
  const words = t(`customer.request.outcomes.${outcome}`)
  if (status !== null) return t('customer.request.status', { status, outcome: words })
  return outcome === 'throttled' ? t('customer.request.notMade') : words
}

/** The body with the values that were sent, if they are certain; otherwise the names of the fields. */
function Body({ request, body }: { request: CustomerRequest; body: RequestBody }) {
  const { t } = useTranslation()
  const isExact = body.kind === 'exact'
  const about = isExact ? (request.kind === 'import' ? 'exactImport' : 'exact') : 'names'
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm">
        {t('customer.request.body')}
      </Text>
      <Text as="p">{t(`customer.request.${about}`)}</Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="ls-body" tabIndex={0} aria-label={t('customer.request.body')}>
        <pre>{isExact ? body.json : body.fields.join('\n')}</pre>
      </section>
      {!isExact && request.cleared.length > 0 && (
        <Text as="p" breakWord>
          {t('customer.request.cleared')} {request.cleared.join(', ')}
        </Text>
      )}
    </BlockStack>
  )
}
