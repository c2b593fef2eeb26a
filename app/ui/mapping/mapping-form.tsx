import { Banner, BlockStack, Button, Card, Checkbox, Text } from '@shopify/polaris'
import {
  currencyName,
  defaultMapping,
  type Mapping,
  optionalAttributes,
  standardFields,
} from '#app/core/profile/mapped-fields.ts'
import type { MappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { MappingView } from '#app/core/report/mapping-view.ts'
import {
  attributeNames,
  attributeWarnings,
  clearCopy,
  comparisonWords,
  mappingCopy,
  standardNames,
} from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { MappedRow } from './mapped-row.tsx'
import { withStandard } from './mapping-draft.ts'
import { MetafieldPicker } from './metafield-picker.tsx'
import { MetafieldRows } from './metafield-rows.tsx'

interface MappingFormProps {
  readonly view: MappingView
  readonly mapping: Mapping
  readonly faults: MappingFaults
  /** Why the last save was refused, in words. */
  readonly refusal: string | null
  readonly onRefusalRead: () => void
  readonly disabled: boolean
  readonly onChange: (mapping: Mapping) => void
}

export function MappingForm({ view, mapping, faults, refusal, onRefusalRead, disabled, onChange }: MappingFormProps) {
  const { definitions, inStep, clearsAMinute } = view
  const parts = { mapping, faults, definitions, disabled, onChange }
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="500">
        {refusal && (
          <Banner tone="warning" onDismiss={onRefusalRead}>
            <p>{refusal}</p>
          </Banner>
        )}
        <Text as="p">{comparisonWords(view)}</Text>
        <Attributes mapping={mapping} disabled={disabled} onChange={onChange} />
        <StandardRows {...parts} />
        <MetafieldRows {...parts} />
        <MetafieldPicker {...parts} />
        <Checkbox
          label={clearCopy.label}
          helpText={clearCopy.help(inStep, Math.ceil(inStep / clearsAMinute))}
          checked={mapping.clears}
          disabled={disabled}
          onChange={(clears) => onChange({ ...mapping, clears })}
        />
        <div>
          <Button disabled={disabled} onClick={() => onChange(defaultMapping)}>
            {mappingCopy.restore}
          </Button>
        </div>
      </BlockStack>
    </Card>
  )
}

type PartProps = Pick<MappingFormProps, 'mapping' | 'disabled' | 'onChange'>

function Attributes({ mapping, disabled, onChange }: PartProps) {
  return (
    <BlockStack gap="200">
      <SectionHeading words={mappingCopy.attributes} />
      <Text as="p" tone="subdued">
        {mappingCopy.always}
      </Text>
      {optionalAttributes.map((name) => (
        <BlockStack key={name} gap="050">
          <Checkbox
            label={attributeNames[name]}
            checked={mapping.attributes[name]}
            disabled={disabled}
            onChange={(on) => onChange({ ...mapping, attributes: { ...mapping.attributes, [name]: on } })}
          />
          {attributeWarnings[name] && (
            <Text as="p" variant="bodySm" tone={mapping.attributes[name] ? 'critical' : 'subdued'}>
              {attributeWarnings[name]}
            </Text>
          )}
        </BlockStack>
      ))}
    </BlockStack>
  )
}

function StandardRows({ mapping, faults, disabled, onChange }: PartProps & { faults: MappingFaults }) {
  return (
    <BlockStack gap="200">
      <SectionHeading words={mappingCopy.standard} />
      <Text as="p" tone="subdued">
        {mappingCopy.columns}
      </Text>
      <ul className="ls-rows">
        {standardFields.map((field) => (
          <MappedRow
            key={field}
            label={standardNames[field]}
            notes={
              field === 'amountSpent' ? [mappingCopy.withCurrency(currencyName(mapping.standard[field].name))] : []
            }
            row={mapping.standard[field]}
            fault={faults.rows.get(field) ?? null}
            disabled={disabled}
            onChange={(change) => onChange(withStandard(mapping, field, change))}
          />
        ))}
      </ul>
    </BlockStack>
  )
}
