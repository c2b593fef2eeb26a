import { BlockStack, Button, Checkbox, Text } from '@shopify/polaris'
import { useState } from 'react'
import {
  currencyName,
  defaultMapping,
  type Mapping,
  optionalAttributes,
  standardFields,
} from '#app/core/profile/mapped-fields.ts'
import { type MappingFaults, mappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { mappingSetting } from '#app/core/settings/mapping.ts'
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
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { MappedRow } from './mapped-row.tsx'
import { withStandard } from './mapping-draft.ts'
import { MetafieldPicker } from './metafield-picker.tsx'
import { PreviewSection } from './preview-section.tsx'
import { ValueRows } from './value-rows.tsx'

export interface MappingActions extends SaveActions<Mapping> {
  readonly preview: (query: string, mapping: Mapping) => void
  readonly previewing: boolean
  readonly previewed: MappingPreview | null
}

const editing = asItIs(mappingSetting.isValid)

export function MappingPage({ view, actions }: { view: MappingView; actions: MappingActions }) {
  const [previewOf, setPreviewOf] = useState<Mapping | null>(null)
  const draft = useSetting(view, actions, editing)
  const { fields: mapping, faulty } = draft

  function preview(query: string) {
    setPreviewOf(mapping)
    actions.preview(query, mapping)
  }

  return (
    <BlockStack gap="400">
      <MappingForm view={view} draft={draft} />
      <PreviewSection
        faulty={faulty}
        actions={{
          ask: preview,
          asking: actions.previewing,
          preview: previewOf === mapping && !actions.previewing ? actions.previewed : null,
        }}
      />
    </BlockStack>
  )
}

interface MappingFormProps {
  readonly view: MappingView
  readonly draft: SettingDraft<Mapping>
}

function MappingForm({ view, draft }: MappingFormProps) {
  const { definitions, checks, inSync, clearsAMinute } = view
  const { fields: mapping, change: onChange, disabled } = draft
  const parts = { mapping, faults: mappingFaults(mapping), definitions, disabled, onChange }
  return (
    <SettingForm name="mapping" draft={draft} fault={mappingCopy.fault}>
      <Text as="p">{comparisonWords(view)}</Text>
      <Attributes mapping={mapping} disabled={disabled} onChange={onChange} />
      <StandardRows {...parts} />
      <ValueRows {...parts} checks={checks} />
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
