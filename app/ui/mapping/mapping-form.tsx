import { BlockStack, Button, Checkbox, Text } from '@shopify/polaris'
import {
  currencyName,
  defaultMapping,
  type Mapping,
  optionalAttributes,
  standardFields,
} from '#app/core/profile/mapped-fields.ts'
import { type MappingFaults, mappingFaults } from '#app/core/profile/mapping-faults.ts'
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
import { SettingForm } from '../settings/setting-form.tsx'
import type { SettingDraft } from '../settings/use-setting.ts'
import { MappedRow } from './mapped-row.tsx'
import { withStandard } from './mapping-draft.ts'
import { MetafieldPicker } from './metafield-picker.tsx'
import { MetafieldRows } from './metafield-rows.tsx'

interface MappingFormProps {
  readonly view: MappingView
  readonly draft: SettingDraft<Mapping>
}

export function MappingForm({ view, draft }: MappingFormProps) {
  const { definitions, inSync, clearsAMinute } = view
  const { fields: mapping, change: onChange, disabled } = draft
  const parts = { mapping, faults: mappingFaults(mapping), definitions, disabled, onChange }
  return (
    <SettingForm name="mapping" draft={draft}>
      <Text as="p">{comparisonWords(view)}</Text>
      <Attributes mapping={mapping} disabled={disabled} onChange={onChange} />
      <StandardRows {...parts} />
      <MetafieldRows {...parts} />
      <MetafieldPicker {...parts} />
      <Checkbox
        label={clearCopy.label}
        helpText={clearCopy.help(inSync, Math.ceil(inSync / clearsAMinute))}
        checked={mapping.clears}
        disabled={disabled}
        onChange={(clears) => onChange({ ...mapping, clears })}
      />
      <div>
        <Button disabled={disabled} onClick={() => onChange(defaultMapping)}>
          {mappingCopy.restore}
        </Button>
      </div>
    </SettingForm>
  )
}

interface PartProps {
  readonly mapping: Mapping
  readonly disabled: boolean
  readonly onChange: (mapping: Mapping) => void
}

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
