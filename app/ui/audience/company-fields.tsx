import { Banner, BlockStack, ChoiceList, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { AudienceOptions } from '#app/core/report/audience-options.ts'
import type { Audience, CompanyRule } from '#app/core/settings/audience.ts'
import { Heading } from '../heading.tsx'
import { ChoicePicker } from './choice-picker.tsx'

interface CompanyFieldsProps {
  readonly audience: Audience
  readonly options: AudienceOptions
  readonly disabled: boolean
  readonly onChange: (audience: Audience) => void
}

const kinds: readonly CompanyRule['who'][] = ['everyone', 'only_contacts', 'no_contacts']

/** For shops that sell to companies; in others there is nothing to choose. */
export function CompanyFields({ audience, options, disabled, onChange }: CompanyFieldsProps) {
  const { t } = useTranslation()
  const { companies: rule } = audience
  if (options.companies === null && !options.b2b && rule.who === 'everyone') return null
  const change = (differs: Partial<CompanyRule>) => onChange({ ...audience, companies: { ...rule, ...differs } })
  return (
    <BlockStack gap="300">
      <ChoiceList
        title={<Heading words={t('audience.company.title')} />}
        choices={kinds.map((kind) => ({ value: kind, label: t(`audience.company.${kind}`) }))}
        selected={[rule.who]}
        disabled={disabled}
        onChange={(selected) => change({ who: selected[0] as CompanyRule['who'] })}
      />
      {rule.who === 'only_contacts' && <Contacts rule={rule} options={options} disabled={disabled} onChange={change} />}
    </BlockStack>
  )
}

interface ContactsProps {
  readonly rule: CompanyRule
  readonly options: AudienceOptions
  readonly disabled: boolean
  readonly onChange: (differs: Partial<CompanyRule>) => void
}

function Contacts({ rule, options: { companies, roles, gone, b2b }, disabled, onChange }: ContactsProps) {
  const { t } = useTranslation()
  const named = (name: string) => ({ id: name, name })
  const goneCompanies = gone.filter(({ id }) => rule.companies.some((one) => one.id === id))
  return (
    <>
      {companies === null && (
        <Text as="p" tone="caution">
          {b2b ? t('audience.company.unavailable') : t('audience.company.noB2b')}
        </Text>
      )}
      {goneCompanies.length > 0 && (
        <Banner tone="critical">
          <p>{t('audience.company.gone')}</p>
        </Banner>
      )}
      <ChoicePicker
        label={t('audience.company.companies')}
        help={t('audience.company.companiesHelp')}
        options={companies ?? []}
        chosen={rule.companies}
        gone={goneCompanies}
        disabled={disabled}
        onChange={(companies) => onChange({ companies })}
      />
      <ChoicePicker
        label={t('audience.company.roles')}
        help={t('audience.company.rolesHelp')}
        options={(roles ?? []).map(named)}
        chosen={rule.roles.map(named)}
        disabled={disabled}
        onChange={(chosen) => onChange({ roles: chosen.map(({ name }) => name) })}
      />
    </>
  )
}
