import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { computedFields, type Mapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingFaults } from '#app/core/profile/mapping-faults.ts'
import { SectionHeading } from '../heading.tsx'
import { MappedRow } from '../mapping/mapped-row.tsx'
import { withInsisted } from '../mapping/mapping-draft.ts'

interface TimesRowsProps {
  readonly mapping: Mapping
  readonly faults: MappingFaults
  readonly disabled: boolean
  readonly update: (changed: (mapping: Mapping) => Mapping) => void
}

/** The times of loyalty changes: whether each is sent, and under which name. A part of the mapping's form. */
export function TimesRows({ mapping, faults, disabled, update }: TimesRowsProps) {
  const { t } = useTranslation()
  const { computed } = mapping
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('loyaltyTimes.title')} />
      <Text as="p" tone="subdued">
        {t('loyaltyTimes.about')}
      </Text>
      <ul className="ls-rows">
        {computedFields.map((field) => (
          <MappedRow
            key={field}
            label={t(`loyaltyTimes.${field}`)}
            notes={[t(`loyaltyTimes.${field}Help`)]}
            row={computed[field]}
            fault={faults.rows.get(field) ?? null}
            insisted={mapping.insisted.includes(computed[field].name.trim())}
            onInsist={(name, isUsed) => update((before) => withInsisted(before, name, isUsed))}
            disabled={disabled}
            onChange={(change) =>
              update((before) => ({
                ...before,
                computed: { ...before.computed, [field]: { ...before.computed[field], ...change } },
              }))
            }
          />
        ))}
      </ul>
    </BlockStack>
  )
}
