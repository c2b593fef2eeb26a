import { BlockStack, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { metafieldName, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import type { AdderProps } from './adder-props.ts'
import { FieldOffer } from './field-offer.tsx'
import { isMapped, withSource } from './mapping-draft.ts'
import { foundBy, type OfferedField, offeredFields } from './offered-fields.ts'
import type { PartProps } from './part-props.ts'
import { StoreCreditAdder } from './store-credit-adder.tsx'
import { TagAdder } from './tag-adder.tsx'

/** If there are more, they have to be searched. */
const SHOWN = 10

/** Everything that can be added by hand. */
export function FieldPicker({ view: { definitions, look }, mapping, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  const fields = offeredFields(definitions, look)
  const parts = {
    disabled,
    isMapped: (source: ValueSource) => isMapped(mapping, source),
    onAdd: (source: ValueSource) => onChange(withSource(mapping, source, look)),
  }
  return (
    <BlockStack gap="400">
      <BlockStack gap="200">
        <SectionHeading words={t('mapping.picker.title')} />
        {fields === null || fields.length === 0 ? (
          <Text as="p" tone="subdued">
            {fields === null ? t('mapping.picker.unavailable') : t('mapping.picker.none')}
          </Text>
        ) : (
          <Search {...parts} fields={fields} />
        )}
      </BlockStack>
      <TagAdder {...parts} suggestions={look.kind === 'looked' ? look.tagPrefixes : []} />
      <StoreCreditAdder {...parts} />
    </BlockStack>
  )
}

function Search({ fields, ...adder }: AdderProps & { fields: readonly OfferedField[] }) {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const offered = fields.filter((field) => field.type === 'json' || !adder.isMapped(wholeOf(field)))
  const found = foundBy(search, offered, (type) => typeWords(t, type))
  return (
    <>
      <TextField
        label={t('mapping.picker.search')}
        type="search"
        autoComplete="off"
        value={search}
        onChange={setSearch}
        disabled={adder.disabled}
      />
      <ul className="ls-rows">
        {found.slice(0, SHOWN).map((field) => (
          <FieldOffer key={metafieldName(field)} {...adder} field={field} whole={wholeOf(field)} />
        ))}
      </ul>
      <Text as="p" tone="subdued">
        {found.length === 0 && t('mapping.picker.noMatch')}
        {found.length > SHOWN && t('mapping.picker.more', { more: found.length - SHOWN })}
      </Text>
    </>
  )
}

function wholeOf({ namespace, key, type }: OfferedField) {
  return { kind: 'metafield', namespace, key, type, path: [] } as const
}
