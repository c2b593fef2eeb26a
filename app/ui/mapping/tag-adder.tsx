import { BlockStack, Button, Text, TextField } from '@shopify/polaris'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SectionHeading } from '../heading.tsx'
import type { AdderProps } from './adder-props.ts'

/** As long as a tag in Shopify. */
const LONGEST = 255
const EXAMPLES = 3

interface TagAdderProps extends AdderProps {
  readonly suggestions: readonly { readonly prefix: string; readonly endings: readonly string[] }[]
}

/** The rest of a tag that begins in a certain way. */
export function TagAdder({ suggestions, disabled, isMapped, onAdd }: TagAdderProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const isNew = typed.trim() !== '' && !isMapped(tagOf(typed))

  function add(event: FormEvent) {
    event.preventDefault()
    if (!isNew || disabled) return
    onAdd(tagOf(typed))
    setTyped('')
  }

  return (
    <BlockStack gap="200">
      <SectionHeading words={t('mapping.tag.title')} />
      <Text as="p" tone="subdued">
        {t('mapping.tag.about')}
      </Text>
      {suggestions.length > 0 && (
        <ul className="ls-rows">
          {suggestions
            .filter(({ prefix }) => !isMapped(tagOf(prefix)))
            .map(({ prefix, endings }) => (
              <li key={prefix} className="ls-offer">
                <BlockStack gap="050">
                  <Text as="p" breakWord>
                    {prefix}
                  </Text>
                  <Text as="p" tone="subdued" variant="bodySm" breakWord>
                    {t('mapping.picker.example', { values: endings.slice(0, EXAMPLES).join(', ') })}
                  </Text>
                </BlockStack>
                <Button
                  accessibilityLabel={t('mapping.picker.addOf', { field: prefix })}
                  disabled={disabled}
                  onClick={() => onAdd(tagOf(prefix))}
                >
                  {t('mapping.picker.add')}
                </Button>
              </li>
            ))}
        </ul>
      )}
      <form onSubmit={add} noValidate>
        <TextField
          label={t('mapping.tag.label')}
          placeholder={t('mapping.tag.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={LONGEST}
          value={typed}
          disabled={disabled}
          onChange={setTyped}
          connectedRight={
            <Button submit disabled={disabled || !isNew}>
              {t('mapping.tag.add')}
            </Button>
          }
        />
      </form>
    </BlockStack>
  )
}

function tagOf(prefix: string) {
  return { kind: 'tag', prefix } as const
}
