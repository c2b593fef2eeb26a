import { Banner, BlockStack, Button, Card, Text, TextField } from '@shopify/polaris'
import { type FormEvent, useState } from 'react'
import type { MappingPreview, PreviewField } from '#app/core/report/mapping-view.ts'
import { againstWords, changeWords, noPreview, previewCopy } from '../copy/mapping.ts'

export interface PreviewActions {
  readonly ask: (query: string) => void
  readonly asking: boolean
  /** The preview of the mapping that is shown; null if none was requested since it changed. */
  readonly preview: MappingPreview | null
}

export function PreviewSection({ faulty, actions }: { faulty: boolean; actions: PreviewActions }) {
  const [query, setQuery] = useState('')

  function ask(event: FormEvent) {
    event.preventDefault()
    if (!faulty && !actions.asking) actions.ask(query)
  }

  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <form onSubmit={ask} noValidate>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {previewCopy.title}
          </Text>
          <TextField
            label={previewCopy.query}
            helpText={faulty ? previewCopy.faulty : previewCopy.queryHelp}
            autoComplete="off"
            value={query}
            onChange={setQuery}
          />
          <div>
            <Button submit disabled={faulty} loading={actions.asking}>
              {previewCopy.button}
            </Button>
          </div>
          <div role="status">{actions.preview && <Preview preview={actions.preview} />}</div>
        </BlockStack>
      </form>
    </Card>
  )
}

function Preview({ preview }: { preview: MappingPreview }) {
  if (preview.kind !== 'profile') return <Text as="p">{noPreview(preview)}</Text>
  const { email, against, fields, tooLarge, bytes } = preview
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm" breakWord>
        {previewCopy.customer(email)}
      </Text>
      {tooLarge !== null && (
        <Banner tone="warning">
          <p>{previewCopy.tooLarge(tooLarge, bytes)}</p>
        </Banner>
      )}
      <Text as="p" tone="subdued">
        {againstWords[against]}
      </Text>
      <dl className="ls-lines" aria-label={previewCopy.list}>
        {fields.map((field) => (
          <PreviewLine key={`${field.isProperty} ${field.name}`} field={field} />
        ))}
      </dl>
    </BlockStack>
  )
}

function PreviewLine({ field: { name, value, change } }: { field: PreviewField }) {
  return (
    <div className="ls-preview">
      <dt className="ls-break">{name}</dt>
      <dd className="ls-break">{value === null ? previewCopy.empty : textOf(value)}</dd>
      <dd>{changeWords[change]}</dd>
    </div>
  )
}

const LONGEST_SHOWN = 300

/** The value as it is sent; text is shown without quotes. */
function textOf(value: NonNullable<PreviewField['value']>): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
