import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { loyaltyPresets, type MappedMetafield, type Mapping, metafieldName } from '#app/core/profile/mapped-fields.ts'
import { type MappingFaults, rowKey } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { mappingCopy, presetCopy, typeWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { MappedRow } from './mapped-row.tsx'
import { isMapped, withAdded, withMetafield, without } from './mapping-draft.ts'

interface MetafieldRowsProps {
  readonly mapping: Mapping
  readonly faults: MappingFaults
  readonly definitions: readonly MetafieldDefinition[] | null
  readonly disabled: boolean
  readonly onChange: (mapping: Mapping) => void
}

export function MetafieldRows({ mapping, faults, definitions, disabled, onChange }: MetafieldRowsProps) {
  return (
    <BlockStack gap="200">
      <SectionHeading words={mappingCopy.metafields} />
      {faults.tooMany && (
        <Text as="p" tone="critical">
          {mappingCopy.tooMany}
        </Text>
      )}
      {mapping.metafields.length === 0 && (
        <Text as="p" tone="subdued">
          {mappingCopy.noMetafields}
        </Text>
      )}
      <ul className="ls-rows">
        {mapping.metafields.map((row, place) => (
          <MappedRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are not reordered, and a metafield may be listed twice until that is corrected
            key={`${rowKey(row)} ${place}`}
            label={labelOf(row, definitions)}
            notes={notesOf(row, definitions)}
            row={row}
            fault={faults.rows.get(rowKey(row)) ?? null}
            disabled={disabled}
            onChange={(change) => onChange(withMetafield(mapping, place, change))}
            onRemove={() => onChange(without(mapping, place))}
          />
        ))}
      </ul>
      <Presets mapping={mapping} disabled={disabled} onChange={onChange} />
    </BlockStack>
  )
}

/** Metafields of loyalty apps, each added by one click. */
function Presets({ mapping, disabled, onChange }: Pick<MetafieldRowsProps, 'mapping' | 'disabled' | 'onChange'>) {
  const left = loyaltyPresets.filter((preset) => !isMapped(mapping, preset))
  if (left.length === 0) return null
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingXs">
        {presetCopy.title}
      </Text>
      <InlineStack gap="200">
        {left.map((preset) => (
          <Button key={preset.key} disabled={disabled} onClick={() => onChange(withAdded(mapping, preset))}>
            {presetCopy.add(presetName(preset) ?? preset.key)}
          </Button>
        ))}
      </InlineStack>
    </BlockStack>
  )
}

function presetName({ namespace, key }: { namespace: string; key: string }): string | null {
  return namespace === 'loyalty' ? (presetCopy.names[key] ?? null) : null
}

function definitionOf(row: MappedMetafield, definitions: readonly MetafieldDefinition[] | null) {
  return definitions?.find((definition) => metafieldName(definition) === metafieldName(row)) ?? null
}

function labelOf(row: MappedMetafield, definitions: readonly MetafieldDefinition[] | null): string {
  return definitionOf(row, definitions)?.name ?? presetName(row) ?? metafieldName(row)
}

/** While the definitions could not be loaded, none is shown as missing. */
function notesOf(row: MappedMetafield, definitions: readonly MetafieldDefinition[] | null): string[] {
  const definition = definitionOf(row, definitions)
  const notes = [`${metafieldName(row)} · ${typeWords(definition?.type ?? row.type)}`]
  if (definitions && !definition) notes.push(mappingCopy.unknown)
  if (definition && !definition.readable) notes.push(mappingCopy.unreadable)
  return notes
}
