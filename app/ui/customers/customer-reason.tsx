import { Badge, type BadgeProps, BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { labelOfWords, omissionWords, stateWords } from '../copy/customers.ts'
import { SupportText } from '../support/support-text.tsx'
import { Conflict } from './conflict.tsx'
import { EmailHint } from './email-hint.tsx'

interface CustomerReasonProps {
  readonly customer: UnsyncedCustomer
  /** The address as Shopify has it now, for a hint; undefined until it comes. */
  readonly email: string | null | undefined
  /** In the list of resolved issues the reason is what it was. */
  readonly resolved?: boolean
}

/** Where a customer stands, why, and what to do about it. */
export function CustomerReason({ customer, email, resolved = false }: CustomerReasonProps) {
  const { t } = useTranslation()
  const { state, code, omitted } = customer
  const tone = resolved ? 'success' : toneOf(customer)
  return (
    <BlockStack gap="100">
      <div>
        <Badge {...(tone && { tone })}>{stateWords(t, customer, resolved)}</Badge>
      </div>
      {code && resolved && <Text as="p">{t('customers.was', { reason: t(`reasons.${code}.headline`) })}</Text>}
      {code && !resolved && <Words headline={t(`reasons.${code}.headline`)} whatToDo={t(`reasons.${code}.whatToDo`)} />}
      {!code && omitted.length > 0 && <Words headline={t('omissions.headline')} whatToDo={t('omissions.whatToDo')} />}
      {state === 'unread' && (
        <Text as="p" tone="subdued">
          {t('customers.unreadHelp')}
        </Text>
      )}
      {omitted.map((field) => (
        <Text key={field.field} as="p" breakWord>
          {omissionWords(t, field)}
        </Text>
      ))}
      {code && customer.words && (
        <p className="ls-words">
          <b>{labelOfWords(t, code)}</b> <q>{customer.words}</q>
        </p>
      )}
      {/* biome-ignore lint/a11y: the row opens the customer's page when it is clicked; what stands in it does something else. */}
      <div onClick={(event) => event.stopPropagation()}>
        {code === 'invalid_email' && <EmailHint email={email} />}
        {customer.conflict && <Conflict conflict={customer.conflict} />}
      </div>
    </BlockStack>
  )
}

function Words({ headline, whatToDo }: { headline: string; whatToDo: string }) {
  return (
    <>
      <Text as="p" fontWeight="medium">
        {headline}
      </Text>
      <Text as="p" tone="subdued">
        <SupportText>{whatToDo}</SupportText>
      </Text>
    </>
  )
}

function toneOf({ state, waits }: UnsyncedCustomer): BadgeProps['tone'] {
  if (waits || state === 'waiting') return 'info'
  if (state === 'in_sync') return 'success'
  return state === 'issue' ? 'attention' : undefined
}
