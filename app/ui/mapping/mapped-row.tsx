import { BlockStack, Button, Checkbox, Text, TextField } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { writersOf } from '#app/core/loyalty/foreign-names.ts'
import type { MappedField } from '#app/core/profile/mapped-values.ts'
import type { NameFault } from '#app/core/profile/mapping-faults.ts'
import { foreignWarning, nameFaultWords } from '../copy/mapping.ts'
import { useShopNow } from '../time/shop-clock.tsx'

interface MappedRowProps {
  /** The name that the merchant knows. */
  readonly label: string
  /** Further notes about the field. */
  readonly notes?: readonly string[]
  /** Something that the merchant has to see to; null if all is well. */
  readonly warning?: string | null
  readonly row: MappedField
  readonly fault: NameFault | null
  /** Whether the merchant uses the name although another app writes it. */
  readonly insisted: boolean
  readonly disabled: boolean
  readonly onChange: (change: Partial<MappedField>) => void
  readonly onInsist: (name: string, isUsed: boolean) => void
  readonly onRemove?: () => void
  /** Below both columns. */
  readonly children?: ReactNode
}

/** One field: whether it is sent, and under which name. */
export function MappedRow(props: MappedRowProps) {
  const {
    label,
    notes = [],
    warning = null,
    row,
    fault,
    insisted,
    disabled,
    onChange,
    onInsist,
    onRemove,
    children,
  } = props
  const now = useShopNow()
  const { t } = now
  const name = row.name.trim()
  const writers = row.on ? writersOf(name) : []
  return (
    <li className="ls-mapped">
      <BlockStack gap="050">
        <span className="ls-break">
          <Checkbox label={label} checked={row.on} disabled={disabled} onChange={(on) => onChange({ on })} />
        </span>
        {notes.map((note) => (
          <Text key={note} as="p" tone="subdued" variant="bodySm" breakWord>
            {note}
          </Text>
        ))}
        {warning && (
          <Text as="p" tone="caution" variant="bodySm" breakWord>
            {warning}
          </Text>
        )}
      </BlockStack>
      <BlockStack gap="100">
        <div className="ls-mapped-name">
          <TextField
            label={t('mapping.row.nameOf', { field: label })}
            labelHidden
            autoComplete="off"
            spellCheck={false}
            value={row.name}
            disabled={disabled || !row.on}
            error={isShown(fault) && nameFaultWords(now, fault, writers)}
            onChange={(name) => onChange({ name })}
          />
          {onRemove && (
            <Button
              accessibilityLabel={t('mapping.row.removeOf', { field: label })}
              disabled={disabled}
              onClick={onRemove}
            >
              {t('mapping.row.remove')}
            </Button>
          )}
        </div>
        {writers.length > 0 && (fault === 'foreign' || insisted) && (
          <Checkbox
            label={t('mapping.foreign.insist')}
            helpText={insisted && foreignWarning(now, writers)}
            checked={insisted}
            disabled={disabled}
            onChange={(isUsed) => onInsist(name, isUsed)}
          />
        )}
      </BlockStack>
      {children}
    </li>
  )
}

/** A fault of the meaning is shown beside the meaning. */
function isShown(fault: NameFault | null): fault is NameFault {
  return fault !== null && fault !== 'meaning_twice'
}
