import { Banner, BlockStack, Button, Checkbox, ChoiceList, Text } from '@shopify/polaris'
import type { AudienceView } from '#app/core/report/audience-view.ts'
import {
  type Audience,
  type AudienceFault,
  accountStates,
  audienceFaults,
  audienceSetting,
  type ConsentRule,
  consentRules,
  defaultAudience,
  tagsInBoth,
} from '#app/core/settings/audience.ts'
import {
  accountStateCopy,
  accountStateNames,
  audienceComparisonWords,
  audienceCopy,
  audienceFaultWords,
  audienceSentence,
  consentCopy,
  countryCopy,
  leavingCopy,
  segmentCopy,
  tagCopy,
} from '../copy/audience.ts'
import { Heading, SectionHeading } from '../heading.tsx'
import { SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { toggled } from './audience-draft.ts'
import { ChoicePicker } from './choice-picker.tsx'
import { CompanyFields } from './company-fields.tsx'
import { LiveCount } from './live-count.tsx'
import { TagField } from './tag-field.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export type AudienceActions = SaveActions<Audience> & CountActions

const editing = asItIs(audienceSetting.isValid)

export function AudiencePage({ view, actions }: { view: AudienceView; actions: AudienceActions }) {
  const draft = useSetting(view, actions, editing)
  const live = useLiveCount(draft.chosen, actions)

  return (
    <div className="ls-audience">
      <AudienceForm view={view} draft={draft} />
      <div className="ls-audience-count">
        <LiveCount live={live} faulty={draft.faulty} />
      </div>
    </div>
  )
}

interface AudienceFormProps {
  readonly view: AudienceView
  readonly draft: SettingDraft<Audience>
}

function AudienceForm({ view, draft }: AudienceFormProps) {
  const { fields: audience, change: onChange, disabled } = draft
  const parts = { audience, disabled, onChange }
  return (
    <SettingForm
      name="audience"
      draft={draft}
      fault={audienceCopy.fault}
      inForce={audienceSentence(view.choice, view.countries)}
    >
      <BlockStack gap="200">
        <Text as="p" fontWeight="medium" breakWord>
          {audienceSentence(audience, view.countries)}
        </Text>
        <Text as="p" tone="subdued">
          {audienceComparisonWords(view, audience.leaving)}
        </Text>
      </BlockStack>
      <Faults faults={audienceFaults(audience)} />
      <TagFields {...parts} />
      <Segments {...parts} view={view} />
      <AccountStates {...parts} />
      <ChoiceList
        title={<Heading words={consentCopy.title} />}
        choices={consentRules.map((value) => ({ value, label: consentCopy.choices[value] }))}
        selected={[audience.consent]}
        disabled={disabled}
        onChange={(selected) => onChange({ ...audience, consent: selected[0] as ConsentRule })}
      />
      <Countries {...parts} view={view} />
      <CompanyFields {...parts} options={view.options} />
      <Leaving {...parts} />
      <div>
        <Button disabled={disabled} onClick={() => onChange({ ...defaultAudience, leaving: audience.leaving })}>
          {audienceCopy.restore}
        </Button>
      </div>
    </SettingForm>
  )
}

interface PartProps {
  readonly audience: Audience
  readonly disabled: boolean
  readonly onChange: (audience: Audience) => void
}

/** Errors that belong to no single field. */
function Faults({ faults }: { faults: readonly AudienceFault[] }) {
  const elsewhere = faults.filter((fault) => fault !== 'tag_in_both')
  if (elsewhere.length === 0) return null
  return (
    <Banner tone="critical">
      {elsewhere.map((fault) => (
        <p key={fault}>{audienceFaultWords[fault]}</p>
      ))}
    </Banner>
  )
}

function TagFields({ audience, disabled, onChange }: PartProps) {
  const { tags } = audience
  const inBoth = tagsInBoth(tags)
  return (
    <BlockStack gap="300">
      <SectionHeading words={tagCopy.title} />
      <TagField
        label={tagCopy.anyOf}
        help={tagCopy.anyOfHelp}
        tags={tags.anyOf}
        fault={null}
        disabled={disabled}
        onChange={(anyOf) => onChange({ ...audience, tags: { ...tags, anyOf } })}
      />
      <TagField
        label={tagCopy.noneOf}
        help={tagCopy.noneOfHelp}
        tags={tags.noneOf}
        fault={inBoth.length > 0 ? tagCopy.inBoth(inBoth) : null}
        disabled={disabled}
        onChange={(noneOf) => onChange({ ...audience, tags: { ...tags, noneOf } })}
      />
    </BlockStack>
  )
}

function Segments({ audience, view: { options }, disabled, onChange }: PartProps & { view: AudienceView }) {
  const { segments } = audience
  const gone = options.gone.filter(({ id }) => segments.some((one) => one.id === id))
  return (
    <BlockStack gap="300">
      <SectionHeading words={segmentCopy.title} />
      {gone.length > 0 && (
        <Banner tone="critical">
          <p>{segmentCopy.gone}</p>
        </Banner>
      )}
      {options.segments === null || options.segments.length === 0 ? (
        <Text as="p" tone="subdued">
          {options.segments === null ? segmentCopy.unavailable : segmentCopy.none}
        </Text>
      ) : null}
      {(options.segments?.length || segments.length > 0) && (
        <ChoicePicker
          label={segmentCopy.label}
          labelHidden
          help={segmentCopy.help}
          options={options.segments ?? []}
          chosen={segments}
          gone={gone}
          disabled={disabled}
          onChange={(segments) => onChange({ ...audience, segments })}
        />
      )}
    </BlockStack>
  )
}

function AccountStates({ audience, disabled, onChange }: PartProps) {
  return (
    <BlockStack gap="100">
      <SectionHeading words={accountStateCopy.title} />
      <Text as="p" tone="subdued">
        {accountStateCopy.help}
      </Text>
      {accountStates.map((state) => (
        <Checkbox
          key={state}
          label={accountStateNames[state]}
          checked={audience.accountStates.includes(state)}
          disabled={disabled}
          onChange={() => onChange({ ...audience, accountStates: toggled(audience.accountStates, state) })}
        />
      ))}
    </BlockStack>
  )
}

function Countries({ audience, view: { countries }, disabled, onChange }: PartProps & { view: AudienceView }) {
  const chosen = audience.countries.map((code) => countries.find(({ id }) => id === code) ?? { id: code, name: code })
  return (
    <BlockStack gap="300">
      <SectionHeading words={countryCopy.title} />
      <ChoicePicker
        label={countryCopy.label}
        labelHidden
        help={countryCopy.help}
        options={countries}
        chosen={chosen}
        disabled={disabled}
        onChange={(picked) => onChange({ ...audience, countries: picked.map(({ id }) => id) })}
      />
    </BlockStack>
  )
}

function Leaving({ audience, disabled, onChange }: PartProps) {
  return (
    <BlockStack gap="100">
      <ChoiceList
        title={<Heading words={leavingCopy.title} />}
        choices={[
          { value: 'keep', label: leavingCopy.choices.keep },
          { value: 'off_list', label: leavingCopy.choices.off_list, helpText: leavingCopy.offListHelp },
        ]}
        selected={[audience.leaving]}
        disabled={disabled}
        onChange={(selected) => onChange({ ...audience, leaving: selected[0] as Audience['leaving'] })}
      />
      <Text as="p" tone="subdued">
        {leavingCopy.never}
      </Text>
    </BlockStack>
  )
}
