import { BlockStack, Button, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ValueName } from '#app/core/profile/mapped-values.ts'

const LONGEST = 255

interface ValueNamesProps {
  readonly label: string
  readonly names: readonly ValueName[]
  /** Values that customers have: each has a line, with a name or without. */
  readonly seen: readonly string[]
  readonly disabled: boolean
  readonly onChange: (names: readonly ValueName[]) => void
}

/** Values and the names that are sent in their place. */
export function ValueNames({ label, names, seen, disabled, onChange }: ValueNamesProps) {
  const { t } = useTranslation()
  const [added, setAdded] = useState<readonly string[]>([])
  const [typed, setTyped] = useState('')
  const values = [...new Set([...seen, ...names.map(({ value }) => value), ...added])]

  function rename(value: string, name: string) {
    const isKnown = names.some((one) => one.value === value)
    if (name.trim() === '') onChange(names.filter((one) => one.value !== value))
    else if (isKnown) onChange(names.map((one) => (one.value === value ? { value, name } : one)))
    else onChange([...names, { value, name }])
  }

  function add() {
    if (typed.trim() !== '') setAdded([...added, typed.trim()])
    setTyped('')
  }

  return (
    <BlockStack gap="200">
      <BlockStack gap="050">
        <Text as="p">{t('mappedValue.names')}</Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {t('mappedValue.namesHelp')}
        </Text>
      </BlockStack>
      <ul className="ls-rows">
        {values.map((value) => (
          <li key={value} className="ls-value-name">
            <span className="ls-break">{value}</span>
            <TextField
              label={t('mappedValue.nameFor', { value })}
              labelHidden
              size="slim"
              placeholder={t('mappedValue.namePlaceholder')}
              autoComplete="off"
              maxLength={LONGEST}
              value={names.find((one) => one.value === value)?.name ?? ''}
              disabled={disabled}
              onChange={(name) => rename(value, name)}
            />
          </li>
        ))}
      </ul>
      <TextField
        label={t('mappedValue.otherValue')}
        labelHidden
        size="slim"
        placeholder={t('mappedValue.otherValue')}
        autoComplete="off"
        maxLength={LONGEST}
        value={typed}
        disabled={disabled}
        onChange={setTyped}
        connectedRight={
          <Button disabled={disabled} accessibilityLabel={t('mappedValue.addValueOf', { field: label })} onClick={add}>
            {t('mappedValue.addValue')}
          </Button>
        }
      />
    </BlockStack>
  )
}
