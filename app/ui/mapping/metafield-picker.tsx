import { BlockStack, Button, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { metafieldName } from '#app/core/profile/mapped-values.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { mappingCopy, pickerCopy, typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { foundBy, isMapped, rowOf, withAdded } from './mapping-draft.ts'

/** If there are more, they have to be searched. */
const SHOWN = 10

interface MetafieldPickerProps {
  readonly mapping: Mapping
  readonly definitions: readonly MetafieldDefinition[] | null
  readonly disabled: boolean
  readonly onChange: (mapping: Mapping) => void
}

export function MetafieldPicker({ mapping, definitions, disabled, onChange }: MetafieldPickerProps) {
  return (
    <BlockStack gap="200">
      <SectionHeading words={pickerCopy.title} />
      {definitions === null || definitions.length === 0 ? (
        <Text as="p" tone="subdued">
          {definitions === null ? pickerCopy.unavailable : pickerCopy.none}
        </Text>
      ) : (
        <Search
          definitions={definitions.filter((definition) => !isMapped(mapping, definition))}
          disabled={disabled}
          onAdd={(definition) => onChange(withAdded(mapping, rowOf(definition)))}
        />
      )}
    </BlockStack>
  )
}

interface SearchProps {
  readonly definitions: readonly MetafieldDefinition[]
  readonly disabled: boolean
  readonly onAdd: (definition: MetafieldDefinition) => void
}

function Search({ definitions, disabled, onAdd }: SearchProps) {
  const [search, setSearch] = useState('')
  const found = foundBy(search, definitions, typeWords)
  return (
    <>
      <TextField
        label={pickerCopy.search}
        type="search"
        autoComplete="off"
        value={search}
        onChange={setSearch}
        disabled={disabled}
      />
      <ul className="ls-rows">
        {found.slice(0, SHOWN).map((definition) => (
          <Offer
            key={metafieldName(definition)}
            definition={definition}
            disabled={disabled}
            onAdd={() => onAdd(definition)}
          />
        ))}
      </ul>
      <Text as="p" tone="subdued">
        {found.length === 0 && pickerCopy.noMatch}
        {found.length > SHOWN && pickerCopy.more(found.length - SHOWN)}
      </Text>
    </>
  )
}

interface OfferProps {
  readonly definition: MetafieldDefinition
  readonly disabled: boolean
  readonly onAdd: () => void
}

function Offer({ definition, disabled, onAdd }: OfferProps) {
  const { name, type, readable } = definition
  return (
    <li className="ls-offer">
      <BlockStack gap="050">
        <Text as="p" breakWord>
          {name}
        </Text>
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {metafieldName(definition)} · {typeWords(type)}
        </Text>
        {!readable && (
          <Text as="p" tone="caution" variant="bodySm">
            {mappingCopy.unreadable}
          </Text>
        )}
      </BlockStack>
      <Button accessibilityLabel={pickerCopy.addOf(name)} disabled={disabled || !readable} onClick={onAdd}>
        {pickerCopy.add}
      </Button>
    </li>
  )
}
