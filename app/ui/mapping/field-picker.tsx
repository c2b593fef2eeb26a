import { BlockStack, Text, TextField } from '@shopify/polaris'
import { memo, startTransition, useCallback, useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { metafieldName, sourceName, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import type { AdderProps } from './adder-props.ts'
import { FieldOffer } from './field-offer.tsx'
import { withSource } from './mapping-draft.ts'
import { foundBy, type OfferedField, offeredFields, type SearchableField, searchable } from './offered-fields.ts'
import type { PartProps } from './part-props.ts'
import { StoreCreditAdder } from './store-credit-adder.tsx'
import { TagAdder } from './tag-adder.tsx'

/** If there are more, they have to be searched. */
const SHOWN = 10

/** Everything that can be added by hand. A name that is typed elsewhere in the form leaves it as it is drawn. */
export function FieldPicker({ view: { definitions, look }, mapping, disabled, update }: PartProps) {
  // The button answers before the new row and the shorter list are drawn.
  const onAdd = useCallback(
    (source: ValueSource) => startTransition(() => update((before) => withSource(before, source, look))),
    [update, look],
  )
  const mapped = JSON.stringify(mapping.values.map(({ source }) => source))
  return <Picker definitions={definitions} look={look} mapped={mapped} disabled={disabled} onAdd={onAdd} />
}

interface PickerProps extends Pick<PartProps['view'], 'definitions' | 'look'>, Pick<AdderProps, 'disabled' | 'onAdd'> {
  /** The sources of all values that are mapped, as one text, so that equal ones are equal. */
  readonly mapped: string
}

const Picker = memo(function Picker({ definitions, look, mapped, disabled, onAdd }: PickerProps) {
  const { t } = useTranslation()
  const fields = useMemo(() => offeredFields(definitions, look), [definitions, look])
  const isMapped = useMemo(() => {
    const names = new Set((JSON.parse(mapped) as ValueSource[]).map(sourceName))
    return (source: ValueSource) => names.has(sourceName(source))
  }, [mapped])
  const parts = { disabled, isMapped, onAdd }
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
})

function Search({ fields, ...adder }: AdderProps & { fields: readonly OfferedField[] }) {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const { isMapped } = adder
  const all = useMemo(() => searchable(fields, (type) => typeWords(t, type)), [fields, t])
  const offered = useMemo(
    () => all.filter(({ field }) => field.type === 'json' || !isMapped(wholeOf(field))),
    [all, isMapped],
  )
  const searched = useDeferredValue(search) // what is typed is shown before it is searched for
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
      <Found {...adder} search={searched} offered={offered} />
    </>
  )
}

interface FoundProps extends AdderProps {
  readonly search: string
  readonly offered: readonly SearchableField<OfferedField>[]
}

const Found = memo(function Found({ search, offered, ...adder }: FoundProps) {
  const { t } = useTranslation()
  const found = foundBy(search, offered)
  return (
    <>
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
})

function wholeOf({ namespace, key, type }: OfferedField) {
  return { kind: 'metafield', namespace, key, type, path: [] } as const
}
