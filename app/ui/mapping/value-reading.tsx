import { Box, Button, FormLayout, Select, Text, TextField } from '@shopify/polaris'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type MappedValue,
  type Meaning,
  meanings,
  type ValueReading,
  valueKinds,
} from '#app/core/profile/mapped-values.ts'
import { readingWords } from '../copy/mapped-value.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { ValueNames } from './value-names.tsx'

interface ValueReadingFieldsProps {
  /** The field's name, for screen readers. */
  readonly label: string
  readonly row: MappedValue
  /** Values that customers have. */
  readonly seen: readonly string[]
  readonly hasMeaningTwice: boolean
  readonly disabled: boolean
  readonly onMeaning: (meaning: Meaning | null) => void
  readonly onReading: (reading: ValueReading) => void
}

/** What a value means, and, unfolded, how it is read. */
export function ValueReadingFields(props: ValueReadingFieldsProps) {
  const now = useShopNow()
  const { t } = now
  const { label, row, hasMeaningTwice, disabled, onMeaning } = props
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const words = readingWords(now, row.reading)
  return (
    <div className="ls-mapped-more">
      <div className="ls-mapped-meaning">
        <Select
          label={<Labelled words={t('mappedValue.meaning')} full={t('mappedValue.meaningOf', { field: label })} />}
          labelInline
          options={[
            { label: t('mappedValue.noMeaning'), value: '' },
            ...meanings.map((meaning) => ({ label: t(`mappedValue.meanings.${meaning}`), value: meaning })),
          ]}
          value={row.meaning ?? ''}
          disabled={disabled}
          error={hasMeaningTwice && t('mapping.nameFaults.meaning_twice')}
          onChange={(value) => onMeaning(meanings.find((meaning) => meaning === value) ?? null)}
        />
        <Button
          variant="plain"
          textAlign="start"
          disclosure={isOpen ? 'up' : 'down'}
          ariaExpanded={isOpen}
          ariaControls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          {t('mappedValue.reading')}
        </Button>
        {words && !isOpen && (
          <Text as="span" tone="subdued" variant="bodySm" breakWord>
            {words}
          </Text>
        )}
      </div>
      <div id={id}>{isOpen && <ReadingFields {...props} />}</div>
    </div>
  )
}

function ReadingFields({ label, row: { reading }, seen, disabled, onReading }: ValueReadingFieldsProps) {
  const { t } = useTranslation()
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <FormLayout>
        <FormLayout.Group>
          <Select
            label={<Labelled words={t('mappedValue.kind')} full={t('mappedValue.kindOf', { field: label })} />}
            options={[
              { label: t('mappedValue.asItIs'), value: '' },
              ...valueKinds.map((kind) => ({ label: t(`mappedValue.kinds.${kind}`), value: kind })),
            ]}
            value={reading.as ?? ''}
            disabled={disabled}
            onChange={(value) => onReading({ ...reading, as: valueKinds.find((kind) => kind === value) ?? null })}
          />
          <Select
            label={<Labelled words={t('mappedValue.blank')} full={t('mappedValue.blankOf', { field: label })} />}
            options={blanks.map((value) => ({ label: t(`mappedValue.blanks.${value}`), value }))}
            value={reading.blank}
            disabled={disabled}
            onChange={(value) => onReading({ ...reading, blank: value === 'unknown' ? 'unknown' : 'nothing' })}
          />
        </FormLayout.Group>
        <NothingField
          label={label}
          nothing={reading.nothing}
          disabled={disabled}
          onChange={(nothing) => onReading({ ...reading, nothing })}
        />
        <ValueNames
          label={label}
          names={reading.names}
          seen={seen}
          disabled={disabled}
          onChange={(names) => onReading({ ...reading, names })}
        />
      </FormLayout>
    </Box>
  )
}

const blanks = ['nothing', 'unknown'] as const

interface NothingFieldProps {
  readonly label: string
  readonly nothing: readonly string[]
  readonly disabled: boolean
  readonly onChange: (nothing: readonly string[]) => void
}

/** As many as the setting takes. */
const MOST_WORDS = 50

function NothingField({ label, nothing, disabled, onChange }: NothingFieldProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(nothing.join(', '))
  // What is typed stays as it is, unless it was discarded.
  const text = wordsOf(typed).join() === nothing.join() ? typed : nothing.join(', ')

  function change(text: string) {
    setTyped(text)
    onChange(wordsOf(text))
  }

  return (
    <TextField
      label={<Labelled words={t('mappedValue.nothing')} full={t('mappedValue.nothingOf', { field: label })} />}
      helpText={t('mappedValue.nothingHelp')}
      autoComplete="off"
      spellCheck={false}
      maxLength={255}
      value={text}
      disabled={disabled}
      onChange={change}
    />
  )
}

function wordsOf(text: string): string[] {
  const words = text.split(',').map((word) => word.trim())
  return words.filter(Boolean).slice(0, MOST_WORDS)
}

/** A label that is seen in every row; screen readers hear of which field it is. */
function Labelled({ words, full }: { words: string; full: string }) {
  return (
    <>
      <span aria-hidden="true">{words}</span>
      <Text as="span" visuallyHidden>
        {full}
      </Text>
    </>
  )
}
