import { BlockStack, Text } from '@shopify/polaris'
import type { Checks } from '#app/core/loyalty/how-heard.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { type MappedValue, metafieldName } from '#app/core/profile/mapped-values.ts'
import { type MappingFaults, rowKey } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { heardWords, mappingCopy, sourceWords, typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { MappedRow } from './mapped-row.tsx'
import { without, withValue } from './mapping-draft.ts'

interface ValueRowsProps {
  readonly mapping: Mapping
  readonly faults: MappingFaults
  readonly definitions: readonly MetafieldDefinition[] | null
  readonly checks: Checks
  readonly disabled: boolean
  readonly onChange: (mapping: Mapping) => void
}

/** The values of metafields, tags and store credit that are sent. */
export function ValueRows({ mapping, faults, definitions, checks, disabled, onChange }: ValueRowsProps) {
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
          <MappedRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are not reordered, and a value may be listed twice until that is corrected
            key={`${rowKey(row)} ${place}`}
            label={labelOf(row, definitions)}
            notes={[...notesOf(row, definitions), heardWords(row.source, checks)]}
            row={row}
            fault={faults.rows.get(rowKey(row)) ?? null}
            disabled={disabled}
            onChange={(change) => onChange(withValue(mapping, place, change))}
            onRemove={() => onChange(without(mapping, place))}
          />
        ))}
      </ul>
    </BlockStack>
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
  if (source.kind !== 'metafield') return []
  const definition = definitionOf(row, definitions)
  const notes = [`${metafieldName(source)} · ${typeWords(definition?.type ?? source.type)}`]
  if (definitions && !definition) notes.push(mappingCopy.unknown)
  if (definition && !definition.readable) notes.push(mappingCopy.unreadable)
  return notes
}
