import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ReadBackField } from '#app/core/report/read-back-report.ts'
import { customerPage } from '../pages.ts'

/** What was not as it was sent, field by field, what was done about it, and some of the customers. */
export function DifferingFields({ fields }: { fields: readonly ReadBackField[] }) {
  const { t } = useTranslation()
  if (fields.length === 0) return null
  return (
    <section aria-label={t('readBack.differences')}>
      <ul className="ls-entries">
        {fields.map((field) => (
          <li className="ls-difference" key={field.name ?? ''}>
            <Field field={field} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Field({ field: { name, customers, repaired, contested, examples } }: { field: ReadBackField }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      <InlineStack gap="200" blockAlign="baseline">
        <Text as="span" fontWeight="medium">
          <span className="ls-break">{name ?? t('readBack.missing')}</span>
        </Text>
        <Text as="span" tone="subdued">
          {t(name === null ? 'readBack.gone' : 'readBack.differing', { customers })}
        </Text>
      </InlineStack>
      {contested && (
        <Text as="p" tone="caution">
          {t('readBack.contested')}
        </Text>
      )}
      {repaired > 0 && <Text as="p">{t('readBack.repaired', { repaired })}</Text>}
      {repaired === 0 && !contested && <Text as="p">{t('readBack.waitsForNight')}</Text>}
      {examples.length > 0 && (
        <InlineStack gap="200" blockAlign="baseline">
          <Text as="span" tone="subdued" variant="bodySm">
            {t('readBack.examples')}
          </Text>
          {examples.map((id) => (
            <Link key={id} url={customerPage(id)}>
              {t('readBack.customer', { id })}
            </Link>
          ))}
        </InlineStack>
      )}
    </BlockStack>
  )
}
