import { BlockStack, Checkbox, ChoiceList, List, Select, TextField } from '@shopify/polaris'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { DestinationView } from '#app/core/report/destination-view.ts'
import { type Destination, MAX_NEW_PROFILES } from '#app/core/settings/destination.ts'
import { savingWords } from '../copy/destination.ts'
import { Heading, SectionHeading } from '../heading.tsx'
import { SettingCard, SettingForm } from '../settings/setting-form.tsx'
import { type SaveActions, type SettingDraft, useSetting } from '../settings/use-setting.ts'
import { chosenDestination, type DestinationDraft, destinationDraftOf } from './destination-draft.ts'
import { ListProblemBanner } from './list-problem-banner.tsx'
import { type SegmentListActions, SegmentListsCard } from './segment-lists-card.tsx'
import { SharingFields } from './sharing-fields.tsx'

const editing = { fieldsOf: destinationDraftOf, choiceOf: chosenDestination }

interface DestinationPageProps {
  readonly view: DestinationView
  readonly actions: SaveActions<Destination>
  readonly segmentLists: SegmentListActions
}

export function DestinationPage({ view, actions, segmentLists }: DestinationPageProps) {
  return (
    <BlockStack gap="400">
      <DestinationForm view={view} draft={useSetting(view, actions, editing)} />
      <SegmentListsCard lists={view.segmentLists} actions={segmentLists} />
    </BlockStack>
  )
}

interface DestinationFormProps {
  readonly view: DestinationView
  readonly draft: SettingDraft<Destination, DestinationDraft>
}

function DestinationForm({ view, draft }: DestinationFormProps) {
  const { t } = useTranslation()
  const { fields, chosen, change: onChange, disabled, faulty } = draft
  const parts = { view, fields, disabled, onChange }
  return (
    <SettingForm name="destination" draft={draft} fault={t('destination.fault')} inCards>
      {view.listProblem && <ListProblemBanner problem={view.listProblem} />}
      <SettingCard>
        <ListField {...parts} />
      </SettingCard>
      <SettingCard>
        <ExistingField {...parts} />
      </SettingCard>
      <SettingCard>
        <LimitField {...parts} faulty={faulty} />
      </SettingCard>
      {(view.accountIsShared || view.choice.sharing.kind !== 'plain') && (
        <SettingCard>
          <SharingPart {...parts} />
        </SettingCard>
      )}
      {chosen && <WhatSavingDoes words={savingWords(t, view, chosen)} />}
    </SettingForm>
  )
}

interface PartProps {
  readonly view: DestinationView
  readonly fields: DestinationDraft
  readonly disabled: boolean
  readonly onChange: (fields: DestinationDraft) => void
}

const NO_LIST = ''

function ListField({ view, fields, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  const { lists, connected } = view
  const options = listOptions(t, view, fields)
  const unknown = t(connected ? 'destination.list.unknown' : 'destination.list.connectFirst')
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('destination.list.title')} />
      <Select
        label={t('destination.list.label')}
        helpText={lists === null ? unknown : t('destination.list.help')}
        options={options.map(({ id, label }) => ({ value: id, label }))}
        value={fields.list?.id ?? NO_LIST}
        disabled={disabled || (lists === null && fields.list === null)}
        onChange={(id) => {
          const chosen = options.find((option) => option.id === id && id !== NO_LIST)
          onChange({ ...fields, list: chosen ? { id: chosen.id, name: chosen.name } : null })
        }}
      />
    </BlockStack>
  )
}

/** None, the account's lists, and the saved or chosen one even if it no longer exists. */
function listOptions(t: TFunction, { lists, choice }: DestinationView, fields: DestinationDraft) {
  const options = [
    { id: NO_LIST, name: '', label: t('destination.list.none') },
    ...(lists ?? []).map(({ id, name }) => ({ id, name, label: name })),
  ]
  for (const list of [choice.list, fields.list]) {
    if (!list || options.some(({ id }) => id === list.id)) continue
    options.push({ ...list, label: lists === null ? list.name : t('destination.list.gone', { list: list.name }) })
  }
  return options
}

function ExistingField({ fields, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  const ways = ['update', 'leave'] as const
  return (
    <ChoiceList
      title={<Heading words={t('destination.existing.title')} />}
      disabled={disabled}
      choices={ways.map((value) => ({
        value,
        label: t(`destination.existing.${value}`),
        helpText: t(`destination.existing.${value}Help`),
      }))}
      selected={[fields.existing]}
      onChange={([chosen]) => onChange({ ...fields, existing: ways.find((way) => way === chosen) ?? fields.existing })}
    />
  )
}

function LimitField({ fields, disabled, onChange, faulty }: PartProps & { faulty: boolean }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <SectionHeading words={t('destination.limit.title')} />
      <Checkbox
        label={t('destination.limit.check')}
        helpText={t('destination.limit.help')}
        checked={fields.limited}
        disabled={disabled}
        onChange={(limited) => onChange({ ...fields, limited })}
      />
      {fields.limited && (
        <TextField
          label={t('destination.limit.label')}
          inputMode="numeric"
          autoComplete="off"
          value={fields.mostNew}
          disabled={disabled}
          error={faulty && t('destination.limit.fault', { most: MAX_NEW_PROFILES })}
          onChange={(mostNew) => onChange({ ...fields, mostNew })}
        />
      )}
    </BlockStack>
  )
}

function SharingPart({ view, fields, disabled, onChange }: PartProps) {
  return (
    <BlockStack gap="200">
      <SharingFields
        sharing={fields.sharing}
        freePrefix={view.freePrefix}
        disabled={disabled}
        onChange={(sharing) => onChange({ ...fields, sharing })}
      />
    </BlockStack>
  )
}

function WhatSavingDoes({ words }: { words: readonly string[] }) {
  if (words.length === 0) return null
  return (
    <List>
      {words.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  )
}
