import {
  Badge,
  type BadgeProps,
  BlockStack,
  Box,
  Button,
  Card,
  InlineStack,
  SkeletonBodyText,
  Text,
} from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { LiveField } from '#app/core/profile/live-fields.ts'
import type { LiveCustomer } from '#app/core/report/customer-view.ts'

/** What both sides have now. */
export interface Comparison {
  /** Null until both have answered, or failed to. */
  readonly live: LiveCustomer | null
  readonly busy: boolean
  readonly refresh: () => void
}

/** What would be sent now beside what Klaviyo has, field by field. Each side says so if it could not be read. */
export function LiveComparison({ comparison: { live, busy, refresh } }: { comparison: Comparison }) {
  const { t } = useTranslation()
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd">
              {t('customer.compare.title')}
            </Text>
            <Button onClick={refresh} loading={busy}>
              {t('customer.compare.refresh')}
            </Button>
          </InlineStack>
          <Text as="p" tone="subdued">
            {t('customer.compare.help')}
          </Text>
          <div role="status" className="ls-compare-status">
            {live ? <Sentences live={live} /> : <SkeletonBodyText lines={2} />}
          </div>
        </BlockStack>
      </Box>
      {live && live.fields.length > 0 && <Fields fields={live.fields} />}
    </Card>
  )
}

/** The same without a card: of one of several customers. */
export function ComparedSides({ live }: { live: LiveCustomer }) {
  return (
    <BlockStack gap="200">
      <div role="status">
        <Sentences live={live} />
      </div>
      {live.fields.length > 0 && <Fields fields={live.fields} />}
    </BlockStack>
  )
}

function Sentences({ live }: { live: LiveCustomer }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      {sentencesOf(t, live).map((sentence) => (
        <Text key={sentence} as="p" fontWeight="medium">
          {sentence}
        </Text>
      ))}
    </BlockStack>
  )
}

function sentencesOf(t: TFunction, { shopify, klaviyo, notSent, fields }: LiveCustomer): string[] {
  const sides = [
    shopify.kind === 'unavailable' && t('customer.compare.shopifyAway'),
    shopify.kind === 'withheld' && t('customer.compare.shopifyWithheld'),
    shopify.kind === 'not_found' && t('customer.compare.shopifyNotFound'),
    notSent && t('customer.compare.notSent', { reason: t(`reasons.${notSent.code}.headline`) }),
    klaviyo.kind === 'unavailable' && t('customer.compare.klaviyoAway'),
    klaviyo.kind === 'not_found' && t('customer.compare.klaviyoNotFound'),
    klaviyo.kind === 'not_connected' && t('customer.compare.klaviyoNotConnected'),
    klaviyo.kind === 'not_asked' && shopify.kind === 'found' && t('customer.compare.klaviyoNotAsked'),
  ].filter((sentence) => sentence !== false && sentence !== null)
  if (sides.length > 0) return sides
  const different = fields.filter(({ state }) => state !== 'same' && state !== 'left_out').length
  return [different === 0 ? t('customer.compare.same') : t('customer.compare.differences', { fields: different })]
}

/** Where Klaviyo has no profile, or did not answer, there is nothing to be compared: only what would be sent is shown. */
function Fields({ fields }: { fields: readonly LiveField[] }) {
  const { t } = useTranslation()
  const isCompared = fields.some(({ state }) => state !== 'unknown')
  const showsKlaviyo = isCompared || fields.some(({ current }) => current !== null)
  return (
    <table className="ls-fields" aria-label={t('customer.compare.table')}>
      <thead className="ls-fields-head">
        <tr>
          <th scope="col">{t('customer.compare.field')}</th>
          <th scope="col">{t('customer.compare.wanted')}</th>
          {showsKlaviyo && <th scope="col">{t('customer.compare.current')}</th>}
          {isCompared && <th scope="col">{t('customer.compare.state')}</th>}
        </tr>
      </thead>
      <tbody className="ls-fields-rows">
        {fields.map((field) => (
          <Field
            key={`${field.isProperty}${field.name}`}
            field={field}
            isCompared={isCompared}
            showsKlaviyo={showsKlaviyo}
          />
        ))}
      </tbody>
    </table>
  )
}

const tones: Readonly<Record<LiveField['state'], BadgeProps['tone']>> = {
  same: 'success',
  differs: 'attention',
  missing: 'attention',
  to_clear: 'attention',
  left_out: undefined,
  unknown: undefined,
}

interface FieldProps {
  readonly field: LiveField
  readonly isCompared: boolean
  readonly showsKlaviyo: boolean
}

function Field({ field: { name, wanted, current, state }, isCompared, showsKlaviyo }: FieldProps) {
  const { t } = useTranslation()
  const tone = tones[state]
  return (
    <tr className={tone === 'attention' ? 'ls-field-differs' : undefined}>
      <th scope="row">{name}</th>
      <td data-label={t('customer.compare.wanted')}>{wanted ?? t('customer.compare.empty')}</td>
      {showsKlaviyo && <td data-label={t('customer.compare.current')}>{current ?? t('customer.compare.empty')}</td>}
      {isCompared && (
        <td>
          <Badge {...(tone && { tone })}>{t(`customer.compare.states.${state}`)}</Badge>
        </td>
      )}
    </tr>
  )
}
