import { BlockStack, Button, Checkbox, Text, TextField } from '@shopify/polaris'
import type { MappedField } from '#app/core/profile/mapped-values.ts'
import type { NameFault } from '#app/core/profile/mapping-faults.ts'
import { mappingCopy, nameFaults } from '../copy/mapping.ts'

interface MappedRowProps {
  /** The name that the merchant knows. */
  readonly label: string
  /** Further notes about the field. */
  readonly notes?: readonly string[]
  readonly row: MappedField
  readonly fault: NameFault | null
  readonly disabled: boolean
  readonly onChange: (change: Partial<MappedField>) => void
  readonly onRemove?: () => void
}

/** One field: whether it is sent, and under which name. */
export function MappedRow({ label, notes = [], row, fault, disabled, onChange, onRemove }: MappedRowProps) {
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
      </BlockStack>
      <div className="ls-mapped-name">
        <TextField
          label={mappingCopy.nameOf(label)}
          labelHidden
          autoComplete="off"
          spellCheck={false}
          value={row.name}
          disabled={disabled || !row.on}
          error={fault ? nameFaults[fault] : false}
          onChange={(name) => onChange({ name })}
        />
        {onRemove && (
          <Button accessibilityLabel={mappingCopy.removeOf(label)} disabled={disabled} onClick={onRemove}>
            {mappingCopy.remove}
          </Button>
        )}
      </div>
    </li>
  )
}
