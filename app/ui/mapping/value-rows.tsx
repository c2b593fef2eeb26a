import { BlockStack, Text } from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { type MappedValue, metafieldName } from '#app/core/profile/mapped-values.ts'
import { MAX_VALUES, type MappingFaults, type NameFault, rowKey } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { heardWords, sourceWords, typeWords } from '../copy/mapping.ts'
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
  const { t } = useTranslation()
  const { view, mapping, faults, disabled, update } = props
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('mapping.values.title')} />
      {faults.tooMany && (
        <Text as="p" tone="critical">
          {t('mapping.values.tooMany', { most: MAX_VALUES })}
        </Text>
      )}
      {mapping.values.length === 0 && (
        <Text as="p" tone="subdued">
          {t('mapping.values.none')}
        </Text>
      )}
      <ul className="ls-rows">
        {mapping.values.map((row, place) => (
          <ValueRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are not reordered, and a value may be listed twice until that is corrected
            key={`${rowKey(row)} ${place}`}
            view={view}
            disabled={disabled}
            update={update}
            row={row}
            place={place}
            fault={faults.rows.get(rowKey(row)) ?? null}
            insisted={mapping.insisted.includes(row.name.trim())}
          />
        ))}
      </ul>
    </BlockStack>
  )
}

interface ValueRowProps extends Omit<PartProps, 'mapping'> {
  readonly row: MappedValue
  readonly place: number
  readonly fault: NameFault | null
  readonly insisted: boolean
}

/** Drawn again only when this row changes, so that typing in another one stays quick. */
const ValueRow = memo(function ValueRow({ view, disabled, update, row, place, fault, insisted }: ValueRowProps) {
  const { definitions, look, choice, held, checks, timeZone } = view
  const now = { ...useShopNow(), timeZone }
  const { t } = now
  const label = labelOf(t, row, definitions)
  const heldNow = held.find(({ source }) => source === rowKey(row)) ?? null
  const isSaved = choice.values.some((saved) => rowKey(saved) === rowKey(row))
  return (
    <MappedRow
      label={label}
      notes={[...notesOf(t, row, definitions), heardWords(t, row.source, checks)]}
      warning={
        heldNow
          ? t(`mapping.held.${heldNow.reason}`, { since: shopTime(new Date(heldNow.since), now) })
          : unreadableWords(t, row, definitions)
      }
      row={row}
      fault={fault}
      insisted={insisted}
      disabled={disabled}
      onChange={(change) => update((mapping) => withValue(mapping, place, change))}
      onInsist={(name, isUsed) => update((mapping) => withInsisted(mapping, name, isUsed))}
      onRemove={() => update((mapping) => without(mapping, place))}
    >
      <ValueReadingFields
        label={label}
        row={row}
        seen={seenValues(row, look)}
        hasMeaningTwice={fault === 'meaning_twice'}
        disabled={disabled || !row.on}
        onMeaning={(meaning) => update((mapping) => withMeaning(mapping, row, { meaning, isSaved, look }))}
        onReading={(reading) => update((mapping) => withValue(mapping, place, { reading }))}
      />
    </MappedRow>
  )
})

function definitionOf({ source }: MappedValue, definitions: readonly MetafieldDefinition[] | null) {
  if (source.kind !== 'metafield') return null
  return definitions?.find((definition) => metafieldName(definition) === metafieldName(source)) ?? null
}

function labelOf(t: TFunction, row: MappedValue, definitions: readonly MetafieldDefinition[] | null): string {
  const isWhole = row.source.kind === 'metafield' && row.source.path.length === 0
  return (isWhole && definitionOf(row, definitions)?.name) || sourceWords(t, row.source)
}

/** While the definitions could not be loaded, none is shown as missing. */
function notesOf(t: TFunction, row: MappedValue, definitions: readonly MetafieldDefinition[] | null): string[] {
  const { source } = row
  if (source.kind !== 'metafield' || source.path.length > 0) return []
  const definition = definitionOf(row, definitions)
  const type = typeWords(t, definition?.type ?? source.type)
  const unknown = definitions && !definition ? [t('mapping.values.unknown')] : []
  return [definition ? `${metafieldName(source)} · ${type}` : type, ...unknown]
}

function unreadableWords(
  t: TFunction,
  row: MappedValue,
  definitions: readonly MetafieldDefinition[] | null,
): string | null {
  return definitionOf(row, definitions)?.readable === false ? t('mapping.values.unreadable') : null
}
