import { BlockStack, Button, Checkbox, InlineError, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { defaultLoyalty, isValidLoyalty, type LoyaltyChoice, rowOf } from '#app/core/profile/loyalty.ts'
import { type Meaning, meanings } from '#app/core/profile/mapped-values.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { eventsWords, initialComparisonWords, recordedHelp } from '../copy/loyalty.ts'
import { sourceWords } from '../copy/mapping.ts'
import { pages } from '../pages.ts'
import { SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { LoyaltySample } from './loyalty-sample.tsx'
import { LoyaltyRefusedBanner } from './refused-banner.tsx'

export function LoyaltyPage({ view, actions }: { view: LoyaltyView; actions: SaveActions<LoyaltyChoice> }) {
  const isValid = (choice: LoyaltyChoice) => isValidLoyalty(choice, { values: view.sent })
  const draft = useSetting(view, actions, asItIs(isValid))

  return (
    <BlockStack gap="400">
      {view.refusedAt && (
        <LoyaltyRefusedBanner by={view.connectedBy} refusedAt={view.refusedAt} timeZone={view.timeZone} />
      )}
      <LoyaltyForm view={view} draft={draft} />
      <LoyaltySample choice={draft.fields} sent={view.sent} />
    </BlockStack>
  )
}

interface LoyaltyFormProps {
  readonly view: LoyaltyView
  readonly draft: SettingDraft<LoyaltyChoice>
}

function LoyaltyForm({ view, draft }: LoyaltyFormProps) {
  const { t } = useTranslation()
  const { fields: choice, change: onChange, disabled } = draft
  return (
    <SettingForm name="loyalty" draft={draft} fault={t('loyalty.fault')}>
      <Text as="p">{t('loyalty.about')}</Text>
      <Checkbox
        label={t('loyalty.switch')}
        helpText={t('loyalty.scope', { scope: view.scope })}
        checked={choice.on}
        disabled={disabled}
        onChange={(on) => onChange({ ...choice, on })}
      />
      <Text as="p">{initialComparisonWords(t, view)}</Text>
      {view.sent.length === 0 && <NothingSent />}
      {kindsShown(view.sent, choice).map((kind) => (
        <RecordedBox key={kind} kind={kind} sent={view.sent} choice={choice} disabled={disabled} onChange={onChange} />
      ))}
      {choice.on && choice.recorded.length === 0 && (
        <InlineError fieldID="recorded" message={t('loyalty.faults.nothing')} />
      )}
      {eventsWords(t, view).map((words) => (
        <Text key={words} as="p" tone="subdued">
          {words}
        </Text>
      ))}
    </SettingForm>
  )
}

/** Points and tier, the other values that are sent, and those that are chosen although they are no longer sent. */
function kindsShown(sent: LoyaltyView['sent'], { recorded }: LoyaltyChoice): Meaning[] {
  return meanings.filter(
    (kind) => defaultLoyalty.recorded.includes(kind) || recorded.includes(kind) || rowOf({ values: sent }, kind),
  )
}

interface RecordedBoxProps {
  readonly kind: Meaning
  readonly sent: LoyaltyView['sent']
  readonly choice: LoyaltyChoice
  readonly disabled: boolean
  readonly onChange: (choice: LoyaltyChoice) => void
}

/** Whether changes of one value are recorded. */
function RecordedBox({ kind, sent, choice, disabled, onChange }: RecordedBoxProps) {
  const { t } = useTranslation()
  const row = rowOf({ values: sent }, kind)
  const isRecorded = choice.recorded.includes(kind)
  const others = choice.recorded.filter((other) => other !== kind)
  return (
    <Checkbox
      label={t(`loyalty.kinds.${kind}`)}
      helpText={row ? recordedHelp(t, kind, row.name, sourceWords(t, row.source)) : t('loyalty.faults.notMapped')}
      checked={isRecorded}
      disabled={disabled || (!row && !isRecorded)}
      error={(choice.on && isRecorded && !row && t('loyalty.faults.notSent')) || false}
      onChange={(recorded) => onChange({ ...choice, recorded: recorded ? [...others, kind] : others })}
    />
  )
}

function NothingSent() {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <Text as="p">{t('loyalty.noValues')}</Text>
      <div>
        <Button url={pages.mapping}>{t('loyalty.mapping')}</Button>
      </div>
    </BlockStack>
  )
}
