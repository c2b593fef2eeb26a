import { BlockStack, Icon, Link, Text } from '@shopify/polaris'
import { ChevronRightIcon } from '@shopify/polaris-icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { numberIn } from '../language/number-in.ts'
import { Instant } from '../time/instant.tsx'

/** A heading, the lines under it, and a link to more. */
export function Lines({ heading, more, children }: { heading: string; more?: ReactNode; children: ReactNode }) {
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {heading}
      </Text>
      <dl className="ls-lines">{children}</dl>
      {more && <div>{more}</div>}
    </BlockStack>
  )
}

/** A count of customers, with a link to the list of them. */
export function CountLine({ label, amount, page }: { label: string; amount: number; page: string }) {
  const { t, i18n } = useTranslation()
  return (
    <Line label={label}>
      <Link url={page} removeUnderline accessibilityLabel={t('card.showCustomers', { customers: amount, label })}>
        <span className="ls-count">
          {numberIn(i18n.language, amount)}
          <Icon source={ChevronRightIcon} />
        </span>
      </Link>
    </Line>
  )
}

export function InstantLine({ label, at }: { label: string; at: string | null }) {
  return (
    <Line label={label}>
      <Instant at={at} />
    </Line>
  )
}

export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="ls-line">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
