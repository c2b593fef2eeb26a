import { BlockStack, Text } from '@shopify/polaris'
import { type MappedValue, metafieldName } from '#app/core/profile/mapped-values.ts'
import { type MappingFaults, rowKey } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { heardWords, heldWords, mappingCopy, sourceWords, typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'
import { MappedRow } from './mapped-row.tsx'
import { withInsisted, withMeaning, without, withValue } from './mapping-draft.ts'
import type { PartProps } from './part-props.ts'
import { seenValues } from './seen-values.ts'
import { ValueReadingFields } from './value-reading.tsx'

/** The values of metafields, tags and store credit that are sent. */
export function ValueRows(props: PartProps & { faults: MappingFaults }) {
  const { mapping, faults } = props
  return (
    <BlockStack gap="200">
      <SectionHeading words={mappingCopy.values} />
      {faults.tooMany && (
        <Text as="p" tone="critical">
          {mappingCopy.tooMany}
        </Text>
      )}
      {mapping.values.length === 0 && (
        <Text as="p" tone="subdued">
          {mappingCopy.noValues}
        </Text>
      )}
      <ul className="ls-rows">
        {mapping.values.map((row, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are not reordered, and a value may be listed twice until that is corrected
          <ValueRow key={`${rowKey(row)} ${place}`} {...props} row={row} place={place} />
        ))}
      </ul>
    </BlockStack>
  )
}

interface ValueRowProps extends PartProps {
  readonly faults: MappingFaults
  readonly row: MappedValue
  readonly place: number
}

function ValueRow({ mapping, view, faults, disabled, onChange, row, place }: ValueRowProps) {
  const { definitions, look, choice, held, checks, timeZone } = view
  const now = { ...useShopNow(), timeZone }
  const label = labelOf(row, definitions)
  const fault = faults.rows.get(rowKey(row)) ?? null
  const heldNow = held.find(({ source }) => source === rowKey(row)) ?? null
  const isSaved = choice.values.some((saved) => rowKey(saved) === rowKey(row))
  return (
    <MappedRow
      label={label}
      notes={[...notesOf(row, definitions), heardWords(row.source, checks)]}
      warning={
        heldNow ? heldWords[heldNow.reason](shopTime(new Date(heldNow.since), now)) : unreadableWords(row, definitions)
      }
      row={row}
      fault={fault}
      insisted={mapping.insisted.includes(row.name.trim())}
      disabled={disabled}
      onChange={(change) => onChange(withValue(mapping, place, change))}
      onInsist={(name, isUsed) => onChange(withInsisted(mapping, name, isUsed))}
      onRemove={() => onChange(without(mapping, place))}
    >
      <ValueReadingFields
        label={label}
        row={row}
        seen={seenValues(row, look)}
        hasMeaningTwice={fault === 'meaning_twice'}
        disabled={disabled || !row.on}
        onMeaning={(meaning) => onChange(withMeaning(mapping, row, { meaning, isSaved, look }))}
        onReading={(reading) => onChange(withValue(mapping, place, { reading }))}
      />
    </MappedRow>
  )
}

function definitionOf({ source }: MappedValue, definitions: readonly MetafieldDefinition[] | null) {
  if (source.kind !== 'metafield') return null
  return definitions?.find((definition) => metafieldName(definition) === metafieldName(source)) ?? null
}

function labelOf(row: MappedValue, definitions: readonly MetafieldDefinition[] | null): string {
  const isWhole = row.source.kind === 'metafield' && row.source.path.length === 0
  return (isWhole && definitionOf(row, definitions)?.name) || sourceWords(row.source)
}

/** While the definitions could not be loaded, none is shown as missing. */
function notesOf(row: MappedValue, definitions: readonly MetafieldDefinition[] | null): string[] {
  const { source } = row
  if (source.kind !== 'metafield' || source.path.length > 0) return []
  const definition = definitionOf(row, definitions)
  const type = typeWords(definition?.type ?? source.type)
  const unknown = definitions && !definition ? [mappingCopy.unknown] : []
  return [definition ? `${metafieldName(source)} · ${type}` : type, ...unknown]
}

function unreadableWords(row: MappedValue, definitions: readonly MetafieldDefinition[] | null): string | null {
  return definitionOf(row, definitions)?.readable === false ? mappingCopy.unreadable : null
}
