import { BlockStack, Button, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import type { ValueName } from '#app/core/profile/mapped-values.ts'
import { mappedValueCopy as copy } from '../copy/mapped-value.ts'

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
        <Text as="p">{copy.names}</Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {copy.namesHelp}
        </Text>
      </BlockStack>
      <ul className="ls-rows">
        {values.map((value) => (
          <li key={value} className="ls-value-name">
            <span className="ls-break">{value}</span>
            <TextField
              label={copy.nameFor(value)}
              labelHidden
              size="slim"
              placeholder={copy.namePlaceholder}
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
        label={copy.otherValue}
        labelHidden
        size="slim"
        placeholder={copy.otherValue}
        autoComplete="off"
        maxLength={LONGEST}
        value={typed}
        disabled={disabled}
        onChange={setTyped}
        connectedRight={
          <Button disabled={disabled} accessibilityLabel={copy.addValueOf(label)} onClick={add}>
            {copy.addValue}
          </Button>
        }
      />
    </BlockStack>
  )
}
