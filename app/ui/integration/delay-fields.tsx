import { BlockStack, ChoiceList, Select, TextField } from '@shopify/polaris'
import { LONGEST_DELAY_MS } from '#app/core/settings/syncing.ts'
import { presetWords, syncingCopy } from '../copy/syncing.ts'
import { type DelayDraft, PRESET_AT_FIRST, PRESET_MINUTES } from './delay-draft.ts'

const CUSTOM = 'custom'
const presets = [
  ...PRESET_MINUTES.map((minutes) => ({ value: String(minutes), label: presetWords(minutes, PRESET_AT_FIRST) })),
  { value: CUSTOM, label: syncingCopy.custom },
]

interface DelayFieldsProps {
  readonly draft: DelayDraft
  readonly onChange: (draft: DelayDraft) => void
  /** The typed delay is not valid, and the error is to be shown. */
  readonly faulty: boolean
  readonly disabled?: boolean
}

export function DelayFields({ draft, onChange, faulty, disabled = false }: DelayFieldsProps) {
  return (
    <ChoiceList
      title={syncingCopy.delay}
      disabled={disabled}
      choices={[
        { value: 'at_once', label: syncingCopy.atOnce },
        {
          value: 'wait',
          label: syncingCopy.wait,
          helpText: syncingCopy.waitHelp,
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
  return (
    <BlockStack gap="300">
      <Select
        label={syncingCopy.howLong}
        options={presets}
        disabled={disabled}
        value={draft.preset === null ? CUSTOM : String(draft.preset)}
        onChange={(value) => onChange({ ...draft, preset: value === CUSTOM ? null : Number(value) })}
      />
      {draft.preset === null && (
        <TextField
          label={syncingCopy.minutes}
          type="number"
          min={1}
          max={LONGEST_DELAY_MS / 60_000}
          suffix={syncingCopy.minutesUnit}
          autoComplete="off"
          disabled={disabled}
          value={draft.typed}
          onChange={(typed) => onChange({ ...draft, typed })}
          error={faulty && syncingCopy.minutesFault}
        />
      )}
    </BlockStack>
  )
}
