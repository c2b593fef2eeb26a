import { BlockStack, Combobox, InlineStack, Listbox, Tag, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Named } from '#app/core/settings/audience.ts'
import { Badge } from '../badge.tsx'
import { foundBy, toggledNamed } from './audience-draft.ts'

/** If there are more, they have to be searched. */
const SHOWN = 50

interface ChoicePickerProps {
  readonly label: string
  /** The label for screen readers. */
  readonly labelHidden?: boolean
  readonly help: string
  readonly options: readonly Named[]
  readonly chosen: readonly Named[]
  /** Of the chosen: those that Shopify no longer has. */
  readonly gone?: readonly Named[]
  readonly disabled: boolean
  readonly onChange: (chosen: readonly Named[]) => void
}

/** Several of many, searched by name. */
export function ChoicePicker(props: ChoicePickerProps) {
  const { label, labelHidden = false, help, options, chosen, gone = [], disabled, onChange } = props
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const found = foundBy(search, options)
  const isGone = (id: string) => gone.some((one) => one.id === id)

  function select(id: string) {
    const option = options.find((one) => one.id === id)
    if (option) onChange(toggledNamed(chosen, option))
    setSearch('')
  }

  return (
    <BlockStack gap="200">
      <Combobox
        allowMultiple
        activator={
          <Combobox.TextField
            label={label}
            labelHidden={labelHidden}
            helpText={help}
            placeholder={t('audience.picker.search')}
            autoComplete="off"
            value={search}
            disabled={disabled}
            onChange={setSearch}
          />
        }
      >
        <Options found={found} chosen={chosen} onSelect={select} />
      </Combobox>
      {chosen.length > 0 && (
        <InlineStack gap="200" blockAlign="center">
          {chosen.map(({ id, name }) => (
            <InlineStack key={id} gap="100" blockAlign="center">
              <Tag disabled={disabled} onRemove={() => onChange(chosen.filter((one) => one.id !== id))}>
                {name}
              </Tag>
              {isGone(id) && <Badge tone="critical">{t('audience.picker.gone')}</Badge>}
            </InlineStack>
          ))}
        </InlineStack>
      )}
    </BlockStack>
  )
}

interface OptionsProps {
  readonly found: readonly Named[]
  readonly chosen: readonly Named[]
  readonly onSelect: (id: string) => void
}

function Options({ found, chosen, onSelect }: OptionsProps) {
  const { t } = useTranslation()
  if (found.length === 0) {
    return (
      <Text as="p" tone="subdued">
        {t('audience.picker.noMatch')}
      </Text>
    )
  }
  return (
    <Listbox onSelect={onSelect}>
      {found.slice(0, SHOWN).map(({ id, name }) => (
        <Listbox.Option key={id} value={id} selected={chosen.some((one) => one.id === id)}>
          {name}
        </Listbox.Option>
      ))}
      {found.length > SHOWN && (
        <Listbox.Option value="" disabled>
          {t('audience.picker.more', { more: found.length - SHOWN })}
        </Listbox.Option>
      )}
    </Listbox>
  )
}
