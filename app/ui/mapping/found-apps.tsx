import { BlockStack, Button, Card, Divider, InlineStack, Text } from '@shopify/polaris'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { isUnusedDefault } from '#app/core/loyalty/recognise.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { metafieldName } from '#app/core/profile/mapped-values.ts'
import { rowKey } from '#app/core/profile/mapping-faults.ts'
import type { FoundApp, LoyaltyLook, SeenField } from '#app/core/report/loyalty-look.ts'
import { Badge } from '../badge.tsx'
import { sourceWords } from '../copy/mapping.ts'
import { listOf } from '../language/list-of.ts'
import type { SettingDraft } from '../settings/use-setting.ts'
import { isMapped } from './mapping-draft.ts'

interface FoundAppsProps {
  readonly look: LoyaltyLook
  readonly draft: Pick<SettingDraft<Mapping>, 'fields' | 'dirty' | 'disabled'>
  /** What is saved is sent at once: Klaviyo is connected, and the integration is on. */
  readonly isSent: boolean
  readonly onUse: (app: FoundApp) => void
  readonly lookAgain: () => void
  readonly looking: boolean
}

/** Which loyalty app the shop uses, and what of it would be sent. */
export function FoundApps({ look, lookAgain, looking, ...parts }: FoundAppsProps) {
  const { t } = useTranslation()
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {t('loyaltyApp.title')}
          </Text>
          <Button loading={looking} onClick={lookAgain}>
            {t('loyaltyApp.again')}
          </Button>
        </InlineStack>
        {look.kind === 'unavailable' && <Text as="p">{t('loyaltyApp.unavailable')}</Text>}
        {look.kind === 'looked' && look.apps.length === 0 && (
          <Text as="p">
            {sendsLoyalty(parts.draft.fields, look.fields) ? t('loyaltyApp.known') : t('loyaltyApp.none')}
          </Text>
        )}
        {look.kind === 'looked' &&
          look.apps.map((app, place) => (
            <Fragment key={app.id}>
              {place > 0 && <Divider />}
              <Found app={app} isFirst={place === 0} {...parts} />
            </Fragment>
          ))}
      </BlockStack>
    </Card>
  )
}

/** Whether a value that customers have is sent as points, tier and so on. */
function sendsLoyalty({ values }: Mapping, fields: readonly SeenField[]): boolean {
  return values.some((row) => row.on && row.meaning !== null && !isUnusedDefault(row, fields))
}

type FoundProps = Pick<FoundAppsProps, 'draft' | 'isSent' | 'onUse'> & {
  readonly app: FoundApp
  readonly isFirst: boolean
}

function Found({ app, isFirst, draft, isSent, onUse }: FoundProps) {
  const { t, i18n } = useTranslation()
  const { name, rows, unreadable, isMapped: isSaved } = app
  const isAdded = rows.length > 0 && rows.every(({ source }) => isMapped(draft.fields, source))
  return (
    <BlockStack gap="300">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">
          {t('loyaltyApp.looksLike', { app: name })}
        </Text>
        {isAdded && isSaved && <Badge tone="success">{t('loyaltyApp.inUse')}</Badge>}
      </InlineStack>
      {rows.length > 0 && <Samples app={app} />}
      {unreadable.length > 0 && (
        <Text as="p" tone="caution" breakWord>
          {t('loyaltyApp.unreadable', {
            app: name,
            fieldCount: unreadable.length,
            fields: listOf(unreadable.map(metafieldName), i18n.language),
          })}
        </Text>
      )}
      {isAdded && !isSaved && !draft.disabled && <Text as="p">{t('loyaltyApp.added')}</Text>}
      {rows.length > 0 && (!isAdded || (draft.disabled && !isSaved)) && (
        <InlineStack gap="300" blockAlign="center">
          <Button
            variant={isFirst ? 'primary' : 'secondary'}
            accessibilityLabel={t('loyaltyApp.takeOf', { app: name })}
            disabled={draft.disabled}
            onClick={() => onUse(app)}
          >
            {t('loyaltyApp.take')}
          </Button>
          <Text as="span" tone="subdued">
            {t(draft.dirty ? 'loyaltyApp.joins' : isSent ? 'loyaltyApp.savesAndSends' : 'loyaltyApp.saves')}
          </Text>
        </InlineStack>
      )}
    </BlockStack>
  )
}

/** The properties, and what they would be for some customers. */
function Samples({ app: { name, rows, samples } }: { app: FoundApp }) {
  const { t } = useTranslation()
  // Customers may have the same name, or none.
  const customers = samples.map(({ customer, values }, key) => ({
    key,
    name: customer || t('loyaltyApp.unnamed'),
    values,
  }))
  return (
    <>
      <table className="ls-samples" aria-label={t('loyaltyApp.looksLike', { app: name })}>
        <thead className="ls-samples-head">
          <tr>
            <th scope="col" className="ls-samples-cell ls-samples-wide">
              {t('loyaltyApp.property')}
            </th>
            {customers.map(({ key, name }) => (
              <th key={key} scope="col" className="ls-samples-cell">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="ls-samples-body">
          {rows.map((row, place) => (
            <tr key={rowKey(row)} className="ls-samples-row">
              <th scope="row" className="ls-samples-cell ls-samples-property">
                {row.name}
                <span className="ls-samples-from">{t('loyaltyApp.from', { source: sourceWords(t, row.source) })}</span>
              </th>
              {customers.map(({ key, name, values }) => (
                <td key={key} className="ls-samples-cell" data-customer={name}>
                  {values[place] ?? <span className="ls-samples-none">{t('loyaltyApp.noValue')}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {samples.length === 0 && (
        <Text as="p" tone="subdued">
          {t('loyaltyApp.noSamples')}
        </Text>
      )}
    </>
  )
}
