import { Box, Button, FormLayout, Select, Text, TextField } from '@shopify/polaris'
import { useId, useState } from 'react'
import {
  type MappedValue,
  type Meaning,
  meanings,
  type ValueReading,
  valueKinds,
} from '#app/core/profile/mapped-values.ts'
import { mappedValueCopy as copy, kindNames, meaningNames, readingWords } from '../copy/mapped-value.ts'
import { nameFaults } from '../copy/mapping.ts'
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
  const { label, row, hasMeaningTwice, disabled, onMeaning } = props
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const words = readingWords(row.reading)
  return (
    <div className="ls-mapped-more">
      <div className="ls-mapped-meaning">
        <Select
          label={<Labelled words={copy.meaning} label={label} />}
          labelInline
          options={[
            { label: copy.noMeaning, value: '' },
            ...meanings.map((meaning) => ({ label: meaningNames[meaning], value: meaning })),
          ]}
          value={row.meaning ?? ''}
          disabled={disabled}
          error={hasMeaningTwice && nameFaults.meaning_twice}
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
          {copy.reading}
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
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <FormLayout>
        <FormLayout.Group>
          <Select
            label={<Labelled words={copy.kind} label={label} />}
            options={[
              { label: copy.asItIs, value: '' },
              ...valueKinds.map((kind) => ({ label: kindNames[kind], value: kind })),
            ]}
            value={reading.as ?? ''}
            disabled={disabled}
            onChange={(value) => onReading({ ...reading, as: valueKinds.find((kind) => kind === value) ?? null })}
          />
          <Select
            label={<Labelled words={copy.blank} label={label} />}
            options={blanks.map((value) => ({ label: copy.blanks[value], value }))}
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
  const [typed, setTyped] = useState(nothing.join(', '))
  // What is typed stays as it is, unless it was discarded.
  const text = wordsOf(typed).join() === nothing.join() ? typed : nothing.join(', ')

  function change(text: string) {
    setTyped(text)
    onChange(wordsOf(text))
  }

  return (
    <TextField
      label={<Labelled words={copy.nothing} label={label} />}
      helpText={copy.nothingHelp}
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
function Labelled({ words, label }: { words: string; label: string }) {
  return (
    <>
      {words}
      <Text as="span" visuallyHidden>
        {copy.ofField(label)}
      </Text>
    </>
  )
}
