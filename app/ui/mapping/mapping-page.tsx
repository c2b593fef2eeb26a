import { BlockStack, Button, Checkbox, Text } from '@shopify/polaris'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { withFoundApp } from '#app/core/loyalty/with-found-app.ts'
import {
  currencyName,
  defaultMapping,
  type Mapping,
  optionalAttributes,
  type StandardField,
  standardFields,
} from '#app/core/profile/mapped-fields.ts'
import type { MappedField } from '#app/core/profile/mapped-values.ts'
import { type MappingFaults, mappingFaults, type NameFault } from '#app/core/profile/mapping-faults.ts'
import type { FoundApp } from '#app/core/report/loyalty-look.ts'
import type { MappingView } from '#app/core/report/mapping-view.ts'
import { mappingSetting } from '#app/core/settings/mapping.ts'
import { clearHelp, comparisonWords } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import { TimesRows } from '../loyalty/times-rows.tsx'
import { SettingCard, SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { FieldPicker } from './field-picker.tsx'
import { FoundApps } from './found-apps.tsx'
import { MappedRow } from './mapped-row.tsx'
import { withInsisted, withStandard } from './mapping-draft.ts'
import type { PartProps } from './part-props.ts'
import { PreviewSection } from './preview-section.tsx'
import { type PreviewActions, useLivePreview } from './use-live-preview.ts'
import { ValueRows } from './value-rows.tsx'
import { WrittenByOthersBanner } from './written-by-others-banner.tsx'

export interface MappingActions extends SaveActions<Mapping>, PreviewActions {
  /** Loads the page's facts anew. */
  readonly lookAgain: () => void
  readonly looking: boolean
}

const editing = asItIs(mappingSetting.isValid)

export function MappingPage({ view, actions }: { view: MappingView; actions: MappingActions }) {
  const draft = useSetting(view, actions, editing)
  const preview = useLivePreview(draft.chosen, actions)
  const { fields: mapping } = draft

  /** One press saves the app's fields. What the merchant has changed meanwhile is not saved along unasked. */
  function use(app: FoundApp) {
    const next = withFoundApp(mapping, app)
    if (draft.dirty) draft.change(next)
    else draft.saveAs(next)
  }

  return (
    <div className="ls-beside">
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
      </BlockStack>
      <div className="ls-beside-card">
        <PreviewSection faulty={draft.faulty} live={preview} />
      </div>
    </div>
  )
}

interface MappingFormProps {
  readonly view: MappingView
  readonly draft: SettingDraft<Mapping>
  readonly above: ReactNode
}

function MappingForm({ view, draft, above }: MappingFormProps) {
  const { t } = useTranslation()
  const { inSync, clearsAMinute } = view
  const { fields: mapping, update, disabled } = draft
  const faults = mappingFaults(mapping)
  const parts = { view, mapping, disabled, update }
  return (
    <SettingForm name="mapping" draft={draft} fault={t('mapping.fault')} above={above} inCards>
      <SettingCard>
        <Text as="p">{comparisonWords(t, view)}</Text>
        <Attributes attributes={mapping.attributes} disabled={disabled} update={update} />
      </SettingCard>
      <SettingCard>
        <StandardRows {...parts} faults={faults} />
      </SettingCard>
      <SettingCard>
        <ValueRows {...parts} faults={faults} />
        <FieldPicker {...parts} />
      </SettingCard>
      <SettingCard>
        <TimesRows {...parts} faults={faults} />
      </SettingCard>
      <SettingCard>
        <Checkbox
          label={t('mapping.clear.label')}
          helpText={clearHelp(t, inSync, Math.ceil(inSync / clearsAMinute))}
          checked={mapping.clears}
          disabled={disabled}
          onChange={(clears) => update((before) => ({ ...before, clears }))}
        />
      </SettingCard>
      <div>
        <Button disabled={disabled} onClick={() => update(() => defaultMapping)}>
          {t('mapping.restore')}
        </Button>
      </div>
    </SettingForm>
  )
}

interface AttributesProps extends Pick<PartProps, 'disabled' | 'update'> {
  readonly attributes: Mapping['attributes']
}

const Attributes = memo(function Attributes({ attributes, disabled, update }: AttributesProps) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('mapping.attributes.title')} />
      <Text as="p" tone="subdued">
        {t('mapping.attributes.always')}
      </Text>
      {optionalAttributes.map((name) => (
        <BlockStack key={name} gap="050">
          <Checkbox
            label={t(`mapping.attributes.${name}`)}
            checked={attributes[name]}
            disabled={disabled}
            onChange={(on) => update((before) => ({ ...before, attributes: { ...before.attributes, [name]: on } }))}
          />
          {name === 'external_id' && (
            <Text as="p" variant="bodySm" tone={attributes[name] ? 'critical' : 'subdued'}>
              {t('mapping.attributes.externalIdWarning')}
            </Text>
          )}
        </BlockStack>
      ))}
    </BlockStack>
  )
})

function StandardRows({ mapping, faults, disabled, update }: PartProps & { faults: MappingFaults }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('mapping.fields.title')} />
      <div className="ls-mapped ls-mapped-head">
        <span>{t('mapping.fields.inShopify')}</span>
        <span>{t('mapping.fields.inKlaviyo')}</span>
      </div>
      <ul className="ls-rows">
        {standardFields.map((field) => (
          <StandardRow
            key={field}
            field={field}
            row={mapping.standard[field]}
            fault={faults.rows.get(field) ?? null}
            insisted={mapping.insisted.includes(mapping.standard[field].name.trim())}
            disabled={disabled}
            update={update}
          />
        ))}
      </ul>
    </BlockStack>
  )
}

interface StandardRowProps extends Pick<PartProps, 'disabled' | 'update'> {
  readonly field: StandardField
  readonly row: MappedField
  readonly fault: NameFault | null
  readonly insisted: boolean
}

/** Drawn again only when this row changes, so that typing in another one stays quick. */
const StandardRow = memo(function StandardRow({ field, row, fault, insisted, disabled, update }: StandardRowProps) {
  const { t } = useTranslation()
  return (
    <MappedRow
      label={t(`mapping.fields.${field}`)}
      notes={field === 'amountSpent' ? [t('mapping.fields.withCurrency', { property: currencyName(row.name) })] : []}
      row={row}
      fault={fault}
      insisted={insisted}
      disabled={disabled}
      onInsist={(name, isUsed) => update((mapping) => withInsisted(mapping, name, isUsed))}
      onChange={(change) => update((mapping) => withStandard(mapping, field, change))}
    />
  )
})
