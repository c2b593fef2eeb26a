import { BlockStack, ChoiceList, Select, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { LONGEST_DELAY_MS } from '#app/core/settings/syncing.ts'
import { delayFigures } from '../copy/delay-figures.ts'
import { type DelayDraft, PRESET_AT_FIRST, PRESET_MINUTES } from './delay-draft.ts'

const CUSTOM = 'custom'

interface DelayFieldsProps {
  readonly draft: DelayDraft
  readonly onChange: (draft: DelayDraft) => void
  /** The typed delay is not valid, and the error is to be shown. */
  readonly faulty: boolean
  readonly disabled?: boolean
}

export function DelayFields({ draft, onChange, faulty, disabled = false }: DelayFieldsProps) {
  const { t } = useTranslation()
  return (
    <ChoiceList
      title={t('syncing.delay')}
      disabled={disabled}
      choices={[
        { value: 'at_once', label: t('syncing.atOnce') },
        {
          value: 'wait',
          label: t('syncing.wait'),
          helpText: t('syncing.waitHelp'),
          renderChildren: (chosen) =>
            chosen && <HowLong draft={draft} onChange={onChange} faulty={faulty} disabled={disabled} />,
        },
      ]}
      selected={[draft.waits ? 'wait' : 'at_once']}
      onChange={([chosen]) => onChange({ ...draft, waits: chosen === 'wait' })}
    />
  )
}

function HowLong({ draft, onChange, faulty, disabled }: Required<DelayFieldsProps>) {
  const { t } = useTranslation()
  const presets = PRESET_MINUTES.map((minutes) => ({
    value: String(minutes),
    label: t('syncing.preset', {
      ...delayFigures(minutes),
      mark: minutes === PRESET_AT_FIRST ? 'default' : 'none',
    }),
  }))
  return (
    <BlockStack gap="300">
      <Select
        label={t('syncing.howLong')}
        options={[...presets, { value: CUSTOM, label: t('syncing.custom') }]}
        disabled={disabled}
        value={draft.preset === null ? CUSTOM : String(draft.preset)}
        onChange={(value) => onChange({ ...draft, preset: value === CUSTOM ? null : Number(value) })}
      />
      {draft.preset === null && (
        <TextField
          label={t('syncing.minutes')}
          type="number"
          min={1}
          max={LONGEST_DELAY_MS / 60_000}
          suffix={t('syncing.minutesUnit')}
          autoComplete="off"
          disabled={disabled}
          value={draft.typed}
          onChange={(typed) => onChange({ ...draft, typed })}
          error={faulty && t('syncing.minutesFault')}
        />
      )}
    </BlockStack>
  )
}
