import { BlockStack, Button, Checkbox, Text } from '@shopify/polaris'
import { type ReactNode, useState } from 'react'
import { withFoundApp } from '#app/core/loyalty/with-found-app.ts'
import {
  currencyName,
  defaultMapping,
  type Mapping,
  optionalAttributes,
  standardFields,
} from '#app/core/profile/mapped-fields.ts'
import { type MappingFaults, mappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { FoundApp } from '#app/core/report/loyalty-look.ts'
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
import { TimesRows } from '../loyalty/times-rows.tsx'
import { SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { FieldPicker } from './field-picker.tsx'
import { FoundApps } from './found-apps.tsx'
import { MappedRow } from './mapped-row.tsx'
import { withInsisted, withStandard } from './mapping-draft.ts'
import type { PartProps } from './part-props.ts'
import { PreviewSection } from './preview-section.tsx'
import { ValueRows } from './value-rows.tsx'
import { WrittenByOthersBanner } from './written-by-others-banner.tsx'

export interface MappingActions extends SaveActions<Mapping> {
  /** Loads the page's facts anew. */
  readonly lookAgain: () => void
  readonly looking: boolean
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

  /** One press saves the app's fields. What the merchant has changed meanwhile is not saved along unasked. */
  function use(app: FoundApp) {
    const next = withFoundApp(mapping, app)
    if (draft.dirty) draft.change(next)
    else draft.saveAs(next)
  }

  return (
    <BlockStack gap="400">
      <WrittenByOthersBanner names={view.writtenByOthers} />
      <MappingForm
        view={view}
        draft={draft}
        above={
          <FoundApps
            look={view.look}
            draft={draft}
            isSent={view.connected && view.status === 'on'}
            onUse={use}
            lookAgain={actions.lookAgain}
            looking={actions.looking}
          />
        }
      />
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
  readonly above: ReactNode
}

function MappingForm({ view, draft, above }: MappingFormProps) {
  const { inSync, clearsAMinute } = view
  const { fields: mapping, change: onChange, disabled } = draft
  const faults = mappingFaults(mapping)
  const parts = { view, mapping, disabled, onChange }
  return (
    <SettingForm name="mapping" draft={draft} fault={mappingCopy.fault} above={above}>
      <Text as="p">{comparisonWords(view)}</Text>
      <Attributes {...parts} />
      <StandardRows {...parts} faults={faults} />
      <ValueRows {...parts} faults={faults} />
      <FieldPicker {...parts} />
      <TimesRows {...parts} faults={faults} />
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
            insisted={mapping.insisted.includes(mapping.standard[field].name.trim())}
            disabled={disabled}
            onInsist={(name, isUsed) => onChange(withInsisted(mapping, name, isUsed))}
            onChange={(change) => onChange(withStandard(mapping, field, change))}
          />
        ))}
      </ul>
    </BlockStack>
  )
}
