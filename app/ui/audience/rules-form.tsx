import { Banner, BlockStack, Button, Card, Checkbox, ChoiceList, Text } from '@shopify/polaris'
import {
  accountStates,
  type ConsentRule,
  consentRules,
  defaultRules,
  type RuleFault,
  type Rules,
  tagsInBoth,
} from '#app/core/profile/rules.ts'
import type { RulesView } from '#app/core/report/rules-view.ts'
import {
  accountStateCopy,
  accountStateNames,
  consentCopy,
  countryCopy,
  leavingCopy,
  ruleFaults,
  rulesComparisonWords,
  rulesCopy,
  rulesSentence,
  segmentCopy,
  tagCopy,
} from '../copy/rules.ts'
import { Heading, SectionHeading } from '../heading.tsx'
import { ChoicePicker } from './choice-picker.tsx'
import { CompanyFields } from './company-fields.tsx'
import { toggled } from './rules-draft.ts'
import { TagField } from './tag-field.tsx'

interface RulesFormProps {
  readonly view: RulesView
  readonly rules: Rules
  readonly faults: readonly RuleFault[]
  /** Why the last save was refused, in words. */
  readonly refusal: string | null
  readonly onRefusalRead: () => void
  readonly disabled: boolean
  readonly onChange: (rules: Rules) => void
}

export function RulesForm({ view, rules, faults, refusal, onRefusalRead, disabled, onChange }: RulesFormProps) {
  const parts = { rules, disabled, onChange }
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="500">
        {refusal && (
          <Banner tone="warning" onDismiss={onRefusalRead}>
            <p>{refusal}</p>
          </Banner>
        )}
        <BlockStack gap="200">
          <Text as="p" fontWeight="medium" breakWord>
            {rulesSentence(rules, view.countries)}
          </Text>
          <Text as="p" tone="subdued">
            {rulesComparisonWords(view, rules.leaving)}
          </Text>
        </BlockStack>
        <Faults faults={faults} />
        <TagFields {...parts} />
        <Segments {...parts} view={view} />
        <AccountStates {...parts} />
        <ChoiceList
          title={<Heading words={consentCopy.title} />}
          choices={consentRules.map((value) => ({ value, label: consentCopy.choices[value] }))}
          selected={[rules.consent]}
          disabled={disabled}
          onChange={(selected) => onChange({ ...rules, consent: selected[0] as ConsentRule })}
        />
        <Countries {...parts} view={view} />
        <CompanyFields {...parts} choices={view.choices} />
        <Leaving {...parts} />
        <div>
          <Button disabled={disabled} onClick={() => onChange({ ...defaultRules, leaving: rules.leaving })}>
            {rulesCopy.restore}
          </Button>
        </div>
      </BlockStack>
    </Card>
  )
}

type PartProps = Pick<RulesFormProps, 'rules' | 'disabled' | 'onChange'>

/** Errors that belong to no single field. */
function Faults({ faults }: { faults: readonly RuleFault[] }) {
  const elsewhere = faults.filter((fault) => fault !== 'tag_in_both')
  if (elsewhere.length === 0) return null
  return (
    <Banner tone="critical">
      {elsewhere.map((fault) => (
        <p key={fault}>{ruleFaults[fault]}</p>
      ))}
    </Banner>
  )
}

function TagFields({ rules, disabled, onChange }: PartProps) {
  const { tags } = rules
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
        onChange={(anyOf) => onChange({ ...rules, tags: { ...tags, anyOf } })}
      />
      <TagField
        label={tagCopy.noneOf}
        help={tagCopy.noneOfHelp}
        tags={tags.noneOf}
        fault={inBoth.length > 0 ? tagCopy.inBoth(inBoth) : null}
        disabled={disabled}
        onChange={(noneOf) => onChange({ ...rules, tags: { ...tags, noneOf } })}
      />
    </BlockStack>
  )
}

function Segments({ rules, view: { choices }, disabled, onChange }: PartProps & { view: RulesView }) {
  const { segments } = rules
  const gone = choices.gone.filter(({ id }) => segments.some((one) => one.id === id))
  return (
    <BlockStack gap="300">
      <SectionHeading words={segmentCopy.title} />
      {gone.length > 0 && (
        <Banner tone="critical">
          <p>{segmentCopy.gone}</p>
        </Banner>
      )}
      {choices.segments === null || choices.segments.length === 0 ? (
        <Text as="p" tone="subdued">
          {choices.segments === null ? segmentCopy.unavailable : segmentCopy.none}
        </Text>
      ) : null}
      {(choices.segments?.length || segments.length > 0) && (
        <ChoicePicker
          label={segmentCopy.label}
          labelHidden
          help={segmentCopy.help}
          options={choices.segments ?? []}
          chosen={segments}
          gone={gone}
          disabled={disabled}
          onChange={(segments) => onChange({ ...rules, segments })}
        />
      )}
    </BlockStack>
  )
}

function AccountStates({ rules, disabled, onChange }: PartProps) {
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
          checked={rules.accountStates.includes(state)}
          disabled={disabled}
          onChange={() => onChange({ ...rules, accountStates: toggled(rules.accountStates, state) })}
        />
      ))}
    </BlockStack>
  )
}

function Countries({ rules, view: { countries }, disabled, onChange }: PartProps & { view: RulesView }) {
  const chosen = rules.countries.map((code) => countries.find(({ id }) => id === code) ?? { id: code, name: code })
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
        onChange={(picked) => onChange({ ...rules, countries: picked.map(({ id }) => id) })}
      />
    </BlockStack>
  )
}

function Leaving({ rules, disabled, onChange }: PartProps) {
  return (
    <BlockStack gap="100">
      <ChoiceList
        title={<Heading words={leavingCopy.title} />}
        choices={[
          { value: 'keep', label: leavingCopy.choices.keep },
          { value: 'off_list', label: leavingCopy.choices.off_list, helpText: leavingCopy.offListHelp },
        ]}
        selected={[rules.leaving]}
        disabled={disabled}
        onChange={(selected) => onChange({ ...rules, leaving: selected[0] as Rules['leaving'] })}
      />
      <Text as="p" tone="subdued">
        {leavingCopy.never}
      </Text>
    </BlockStack>
  )
}
