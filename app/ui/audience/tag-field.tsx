import { BlockStack, Button, InlineStack, Tag, TextField } from '@shopify/polaris'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LONGEST_TAG } from '#app/core/settings/audience.ts'
import { typedTags, withTags } from './audience-draft.ts'

interface TagFieldProps {
  readonly label: string
  readonly help: string
  readonly tags: readonly string[]
  /** What is wrong with the tags, in words. */
  readonly fault: string | null
  readonly disabled: boolean
  readonly onChange: (tags: readonly string[]) => void
}

/** Tags, typed one after the other: Enter, a comma, or leaving the field adds what was typed. */
export function TagField({ label, help, tags, fault, disabled, onChange }: TagFieldProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [isFaulty, setIsFaulty] = useState(false)

  function take(typed: string, isEnded: boolean) {
    const { tags: added, rest, isFaulty } = typedTags(typed, isEnded)
    setText(rest)
    setIsFaulty(isFaulty)
    if (added.length > 0) onChange(withTags(tags, added))
  }

  function end(event?: FormEvent) {
    event?.preventDefault()
    take(text, true)
  }

  return (
    <BlockStack gap="200">
      <form onSubmit={end} noValidate>
        <TextField
          label={label}
          helpText={help}
          placeholder={t('audience.tags.placeholder')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          disabled={disabled}
          error={isFaulty ? t('audience.tags.noTag', { most: LONGEST_TAG }) : (fault ?? false)}
          onChange={(typed) => take(typed, false)}
          onBlur={() => end()}
          connectedRight={
            <Button submit disabled={disabled} accessibilityLabel={t('audience.tags.addTo', { list: label })}>
              {t('audience.tags.add')}
            </Button>
          }
        />
      </form>
      {tags.length > 0 && (
        <InlineStack gap="200">
          {tags.map((tag) => (
            <Tag key={tag} disabled={disabled} onRemove={() => onChange(tags.filter((one) => one !== tag))}>
              {tag}
            </Tag>
          ))}
        </InlineStack>
      )}
    </BlockStack>
  )
}
