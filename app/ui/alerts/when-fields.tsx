import { BlockStack, Checkbox, InlineError, InlineStack, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { SectionHeading } from '../heading.tsx'
import { TimeZone } from '../time/time-zone.tsx'
import { faultsOf } from './alerts-draft.ts'
import type { AlertsPartProps } from './what-fields.tsx'

/** Quiet hours by the shop's own clock, and the weekly summary. */
export function WhenFields({ fields, disabled, onChange }: AlertsPartProps) {
  const { t } = useTranslation()
  return (
    <>
      <SectionHeading words={t('alerts.when.title')} />
      <BlockStack gap="200">
        <Checkbox
          label={t('alerts.when.quiet')}
          helpText={t('alerts.when.quietHelp')}
          checked={fields.isQuiet}
          disabled={disabled}
          onChange={(isQuiet) => onChange({ ...fields, isQuiet })}
        />
        {fields.isQuiet && (
          <div className="ls-under-box">
            <BlockStack gap="200">
              <InlineStack gap="300">
                {(['from', 'to'] as const).map((end) => (
                  <TextField
                    key={end}
                    label={t(`alerts.when.${end}`)}
                    type="time"
                    autoComplete="off"
                    value={fields[end]}
                    disabled={disabled}
                    onChange={(time) => onChange({ ...fields, [end]: time })}
                  />
                ))}
              </InlineStack>
              {faultsOf(fields).quiet && <InlineError fieldID="quiet" message={t('alerts.when.fault')} />}
              <TimeZone />
            </BlockStack>
          </div>
        )}
      </BlockStack>
      <Checkbox
        label={t('alerts.when.weekly')}
        helpText={t('alerts.when.weeklyHelp')}
        checked={fields.weekly}
        disabled={disabled}
        onChange={(weekly) => onChange({ ...fields, weekly })}
      />
    </>
  )
}
