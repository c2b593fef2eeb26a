import { BlockStack, Checkbox, Text, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { type AlertCause, alertCauses } from '#app/core/alert/causes.ts'
import { SectionHeading } from '../heading.tsx'
import { type AlertsDraft, faultsOf } from './alerts-draft.ts'

export interface AlertsPartProps {
  readonly fields: AlertsDraft
  readonly disabled: boolean
  readonly onChange: (fields: AlertsDraft) => void
}

/** The causes, each with a box, and the two that have a limit with theirs. */
export function WhatFields({ fields, disabled, onChange }: AlertsPartProps) {
  const { t } = useTranslation()
  const { silenced } = fields
  const faults = faultsOf(fields)
  const limits: Partial<Record<AlertCause, React.ReactNode>> = {
    stalled: (
      <TextField
        label={t('alerts.what.still')}
        suffix={t('syncing.minutesUnit')}
        inputMode="numeric"
        autoComplete="off"
        value={fields.stillMinutes}
        disabled={disabled}
        error={faults.stillMinutes && t('alerts.what.stillFault')}
        onChange={(stillMinutes) => onChange({ ...fields, stillMinutes })}
      />
    ),
    many_issues: (
      <TextField
        label={t('alerts.what.percent')}
        suffix="%"
        inputMode="numeric"
        autoComplete="off"
        value={fields.issuesPercent}
        disabled={disabled}
        error={faults.issuesPercent && t('alerts.what.percentFault')}
        onChange={(issuesPercent) => onChange({ ...fields, issuesPercent })}
      />
    ),
  }
  return (
    <>
      <BlockStack gap="100">
        <SectionHeading words={t('alerts.what.title')} />
        <Text as="p" tone="subdued">
          {t('alerts.what.about')}
        </Text>
      </BlockStack>
      {alertCauses.map((cause) => {
        const isTold = !silenced.includes(cause)
        const silencedBut = alertCauses.filter((one) => silenced.includes(one) && one !== cause)
        const without = alertCauses.filter((one) => silenced.includes(one) || one === cause)
        return (
          <BlockStack key={cause} gap="200">
            <Checkbox
              label={t(`alerts.causes.${cause}.label`)}
              checked={isTold}
              disabled={disabled}
              onChange={(checked) => onChange({ ...fields, silenced: checked ? silencedBut : without })}
            />
            {isTold && limits[cause] && <div className="ls-under-box">{limits[cause]}</div>}
          </BlockStack>
        )
      })}
    </>
  )
}
