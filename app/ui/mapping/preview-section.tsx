import { Banner, BlockStack, Button, Card, Text, TextField } from '@shopify/polaris'
import { type FormEvent, memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MappingPreview, PreviewField } from '#app/core/report/mapping-view.ts'
import { noPreview } from '../copy/mapping.ts'
import type { LivePreview } from './use-live-preview.ts'

/** What would be sent of a real customer with the mapping as it is edited. */
export function PreviewSection({ faulty, live }: { faulty: boolean; live: LivePreview }) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const { preview, stale } = live

  function ask(event: FormEvent) {
    event.preventDefault()
    live.showCustomer(query.trim())
  }

  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <form onSubmit={ask} noValidate>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {t('mapping.preview.title')}
          </Text>
          <TextField
            label={t('mapping.preview.query')}
            helpText={faulty ? t('mapping.preview.faulty') : t('mapping.preview.queryHelp')}
            autoComplete="off"
            value={query}
            onChange={setQuery}
          />
          <div>
            <Button submit disabled={faulty}>
              {t('mapping.preview.button')}
            </Button>
          </div>
          <div className="ls-live" aria-busy={stale}>
            {preview && <Preview preview={preview} />}
          </div>
        </BlockStack>
      </form>
    </Card>
  )
}

const Preview = memo(function Preview({ preview }: { preview: MappingPreview }) {
  const { t } = useTranslation()
  if (preview.kind !== 'profile') return <Text as="p">{noPreview(t, preview)}</Text>
  const { email, against, fields, tooLarge, bytes } = preview
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm" breakWord>
        {t('mapping.preview.customer', { email })}
      </Text>
      {tooLarge !== null && (
        <Banner tone="warning">
          <p>{t('mapping.preview.tooLarge', { field: tooLarge, bytes })}</p>
        </Banner>
      )}
      <Text as="p" tone="subdued">
        {t(`mapping.against.${against}`)}
      </Text>
      <dl className="ls-lines" aria-label={t('mapping.preview.list')}>
        {fields.map((field) => (
          <PreviewLine key={`${field.isProperty} ${field.name}`} field={field} />
        ))}
      </dl>
    </BlockStack>
  )
})

function PreviewLine({ field: { name, value, change } }: { field: PreviewField }) {
  const { t } = useTranslation()
  return (
    <div className="ls-preview">
      <dt className="ls-break">{name}</dt>
      <dd className="ls-break">{value === null ? t('mapping.preview.notSent') : textOf(value)}</dd>
      <dd>{t(`mapping.changes.${change}`)}</dd>
    </div>
  )
}

const LONGEST_SHOWN = 300

/** The value as it is sent; text is shown without quotes. */
function textOf(value: NonNullable<PreviewField['value']>): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
