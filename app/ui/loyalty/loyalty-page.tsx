import { BlockStack, Button, Checkbox, Select, Text } from '@shopify/polaris'
import {
  isSent,
  isValidLoyalty,
  type LoyaltyChoice,
  type LoyaltyKind,
  loyaltyKinds,
} from '#app/core/profile/loyalty.ts'
import { metafieldName } from '#app/core/profile/mapped-fields.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { eventsWords, initialComparisonWords, kindFaults, kindLabels, loyaltyCopy } from '../copy/loyalty.ts'
import { pages } from '../pages.ts'
import { SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { fieldOptions, keyOf } from './field-options.ts'
import { LoyaltySample } from './loyalty-sample.tsx'
import { LoyaltyRefusedBanner } from './refused-banner.tsx'

export function LoyaltyPage({ view, actions }: { view: LoyaltyView; actions: SaveActions<LoyaltyChoice> }) {
  const isValid = (choice: LoyaltyChoice) => isValidLoyalty(choice, { metafields: view.sent })
  const draft = useSetting(view, actions, asItIs(isValid))

  return (
    <BlockStack gap="400">
      {view.refusedAt && <LoyaltyRefusedBanner refusedAt={view.refusedAt} timeZone={view.timeZone} />}
      <LoyaltyForm view={view} draft={draft} />
      <LoyaltySample choice={draft.fields} />
    </BlockStack>
  )
}

interface LoyaltyFormProps {
  readonly view: LoyaltyView
  readonly draft: SettingDraft<LoyaltyChoice>
}

function LoyaltyForm({ view, draft }: LoyaltyFormProps) {
  const { fields: choice, change: onChange, disabled } = draft
  return (
    <SettingForm name="loyalty" draft={draft} fault={loyaltyCopy.fault}>
      <Text as="p">{loyaltyCopy.about}</Text>
      <Checkbox
        label={loyaltyCopy.switchLabel}
        helpText={loyaltyCopy.scope(view.scope)}
        checked={choice.on}
        disabled={disabled}
        onChange={(on) => onChange({ ...choice, on })}
      />
      <Text as="p">{initialComparisonWords(view)}</Text>
      {view.sent.length === 0 && <NothingSent />}
      {loyaltyKinds.map((kind) => (
        <FieldSelect key={kind} kind={kind} sent={view.sent} choice={choice} disabled={disabled} onChange={onChange} />
      ))}
      {eventsWords(view).map((words) => (
        <Text key={words} as="p" tone="subdued">
          {words}
        </Text>
      ))}
    </SettingForm>
  )
}

interface FieldSelectProps {
  readonly kind: LoyaltyKind
  readonly sent: LoyaltyView['sent']
  readonly choice: LoyaltyChoice
  readonly disabled: boolean
  readonly onChange: (choice: LoyaltyChoice) => void
}

function FieldSelect({ kind, sent, choice, disabled, onChange }: FieldSelectProps) {
  const chosen = choice[kind]
  return (
    <Select
      label={kindLabels[kind]}
      options={fieldOptions(sent, chosen)}
      value={chosen ? metafieldName(chosen) : ''}
      disabled={disabled}
      error={faultOf(kind, choice, sent) ?? false}
      onChange={(name) => onChange({ ...choice, [kind]: keyOf(name, sent, chosen) })}
    />
  )
}

/** The error of a field, shown beside it. There is none while loyalty activity is off. */
function faultOf(kind: LoyaltyKind, choice: LoyaltyChoice, sent: LoyaltyView['sent']): string | null {
  const { on, points, tier } = choice
  const chosen = choice[kind]
  if (!on) return null
  if (chosen && !isSent({ metafields: sent }, chosen)) return kindFaults.not_sent
  if (points && tier && metafieldName(points) === metafieldName(tier)) return kindFaults.twice
  return points || tier ? null : kindFaults.nothing
}

function NothingSent() {
  return (
    <BlockStack gap="200">
      <Text as="p">{loyaltyCopy.noMetafields}</Text>
      <div>
        <Button url={pages.mapping}>{loyaltyCopy.mapping}</Button>
      </div>
    </BlockStack>
  )
}
