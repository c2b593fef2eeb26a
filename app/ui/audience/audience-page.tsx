import { Banner, BlockStack, Button, Checkbox, ChoiceList, Text } from '@shopify/polaris'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
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
import { audienceComparisonWords, audienceFaultWords, audienceSentence, tagsInBothWords } from '../copy/audience.ts'
import { Heading, SectionHeading } from '../heading.tsx'
import { SettingCard, SettingForm } from '../settings/setting-form.tsx'
import { asItIs, type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { toggled } from './audience-draft.ts'
import { ChoicePicker } from './choice-picker.tsx'
import { CompanyFields } from './company-fields.tsx'
import { countryName, countryNames } from './country-names.ts'
import { LiveCount } from './live-count.tsx'
import { TagField } from './tag-field.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export type AudienceActions = SaveActions<Audience> & CountActions

const editing = asItIs(audienceSetting.isValid)

export function AudiencePage({ view, actions }: { view: AudienceView; actions: AudienceActions }) {
  const draft = useSetting(view, actions, editing)
  const live = useLiveCount(draft.chosen, actions)

  return (
    <div className="ls-beside">
      <AudienceForm view={view} draft={draft} />
      <div className="ls-beside-card">
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
  const now = useShopNow()
  const { t } = now
  const { fields: audience, change: onChange, disabled } = draft
  const parts = { audience, disabled, onChange }
  return (
    <SettingForm
      name="audience"
      draft={draft}
      fault={t('audience.fault')}
      inForce={audienceSentence(now, view.choice)}
      inCards
    >
      <Faults faults={audienceFaults(audience)} />
      <SettingCard>
        <BlockStack gap="200">
          <Text as="p" fontWeight="medium" breakWord>
            {audienceSentence(now, audience)}
          </Text>
          <Text as="p" tone="subdued">
            {audienceComparisonWords(t, view, audience.leaving)}
          </Text>
        </BlockStack>
      </SettingCard>
      <SettingCard>
        <TagFields {...parts} />
      </SettingCard>
      <SettingCard>
        <Segments {...parts} view={view} />
      </SettingCard>
      <SettingCard>
        <AccountStates {...parts} />
      </SettingCard>
      <SettingCard>
        <ChoiceList
          title={<Heading words={t('audience.consent.title')} />}
          choices={consentRules.map((value) => ({ value, label: t(`audience.consent.${value}`) }))}
          selected={[audience.consent]}
          disabled={disabled}
          onChange={(selected) => onChange({ ...audience, consent: selected[0] as ConsentRule })}
        />
      </SettingCard>
      <SettingCard>
        <Countries {...parts} />
      </SettingCard>
      <SettingCard>
        <CompanyFields {...parts} options={view.options} />
      </SettingCard>
      <SettingCard>
        <Leaving {...parts} />
      </SettingCard>
      <div>
        <Button disabled={disabled} onClick={() => onChange({ ...defaultAudience, leaving: audience.leaving })}>
          {t('audience.restore')}
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
  const { t } = useTranslation()
  const elsewhere = faults.filter((fault) => fault !== 'tag_in_both')
  if (elsewhere.length === 0) return null
  return (
    <Banner tone="critical">
      {elsewhere.map((fault) => (
        <p key={fault}>{audienceFaultWords(t, fault)}</p>
      ))}
    </Banner>
  )
}

function TagFields({ audience, disabled, onChange }: PartProps) {
  const now = useShopNow()
  const { t } = now
  const { tags } = audience
  const inBoth = tagsInBoth(tags)
  return (
    <BlockStack gap="300">
      <SectionHeading words={t('audience.tags.title')} />
      <TagField
        label={t('audience.tags.anyOf')}
        help={t('audience.tags.anyOfHelp')}
        tags={tags.anyOf}
        fault={null}
        disabled={disabled}
        onChange={(anyOf) => onChange({ ...audience, tags: { ...tags, anyOf } })}
      />
      <TagField
        label={t('audience.tags.noneOf')}
        help={t('audience.tags.noneOfHelp')}
        tags={tags.noneOf}
        fault={inBoth.length > 0 ? tagsInBothWords(now, inBoth) : null}
        disabled={disabled}
        onChange={(noneOf) => onChange({ ...audience, tags: { ...tags, noneOf } })}
      />
    </BlockStack>
  )
}

function Segments({ audience, view: { options }, disabled, onChange }: PartProps & { view: AudienceView }) {
  const { t } = useTranslation()
  const { segments } = audience
  const gone = options.gone.filter(({ id }) => segments.some((one) => one.id === id))
  return (
    <BlockStack gap="300">
      <SectionHeading words={t('audience.segments.title')} />
      {gone.length > 0 && (
        <Banner tone="critical">
          <p>{t('audience.segments.gone')}</p>
        </Banner>
      )}
      {options.segments === null || options.segments.length === 0 ? (
        <Text as="p" tone="subdued">
          {options.segments === null ? t('audience.segments.unavailable') : t('audience.segments.none')}
        </Text>
      ) : null}
      {(options.segments?.length || segments.length > 0) && (
        <ChoicePicker
          label={t('audience.segments.label')}
          labelHidden
          help={t('audience.segments.help')}
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
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      <SectionHeading words={t('audience.account.title')} />
      <Text as="p" tone="subdued">
        {t('audience.account.help')}
      </Text>
      {accountStates.map((state) => (
        <Checkbox
          key={state}
          label={t(`audience.account.${state}`)}
          checked={audience.accountStates.includes(state)}
          disabled={disabled}
          onChange={() => onChange({ ...audience, accountStates: toggled(audience.accountStates, state) })}
        />
      ))}
    </BlockStack>
  )
}

function Countries({ audience, disabled, onChange }: PartProps) {
  const { t, i18n } = useTranslation()
  const countries = useMemo(() => countryNames(i18n.language), [i18n.language])
  const chosen = audience.countries.map((code) => ({ id: code, name: countryName(code, i18n.language) }))
  return (
    <BlockStack gap="300">
      <SectionHeading words={t('audience.country.title')} />
      <ChoicePicker
        label={t('audience.country.label')}
        labelHidden
        help={t('audience.country.help')}
        options={countries}
        chosen={chosen}
        disabled={disabled}
        onChange={(picked) => onChange({ ...audience, countries: picked.map(({ id }) => id) })}
      />
    </BlockStack>
  )
}

function Leaving({ audience, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      <ChoiceList
        title={<Heading words={t('audience.leaving.title')} />}
        choices={[
          { value: 'keep', label: t('audience.leaving.keep') },
          { value: 'off_list', label: t('audience.leaving.off_list'), helpText: t('audience.leaving.offListHelp') },
        ]}
        selected={[audience.leaving]}
        disabled={disabled}
        onChange={(selected) => onChange({ ...audience, leaving: selected[0] as Audience['leaving'] })}
      />
      <Text as="p" tone="subdued">
        {t('audience.leaving.never')}
      </Text>
    </BlockStack>
  )
}
