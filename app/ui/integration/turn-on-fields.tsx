import {
  Banner,
  BlockStack,
  Box,
  Button,
  Checkbox,
  ChoiceList,
  Collapsible,
  List,
  Text,
  TextField,
} from '@shopify/polaris'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { RESET_WORD, type TurnOn } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { countedChanges } from '../copy/counted-changes.ts'
import { forecastWords } from '../copy/destination.ts'
import { wayWords } from '../copy/integration.ts'
import { pausedWords } from '../copy/runs.ts'
import { DelayFields } from './delay-fields.tsx'
import { chosenWay, type TurnOnDraft, type TurnOnFaults, waysToTurnOn } from './turn-on-draft.ts'

interface TurnOnFieldsProps {
  readonly card: SyncCard
  /** What a full sync would do now; null when it is not known. */
  readonly forecast?: FullSyncForecast | null
  readonly draft: TurnOnDraft
  readonly onChange: (draft: TurnOnDraft) => void
  /** Which errors are shown; all false until "Turn on" was pressed. */
  readonly faults: TurnOnFaults
  /** Why the last change was refused; null if it was not. */
  readonly refusal: string | null
}

export function TurnOnFields({ card, forecast = null, draft, onChange, faults, refusal }: TurnOnFieldsProps) {
  const { t } = useTranslation()
  const { run, pending } = card
  const ways = waysToTurnOn(card, draft)
  // After a reset all profiles are sent, so the forecast does not apply.
  const forecastOf = (way: TurnOn) =>
    way === 'past_and_future' && forecast && !draft.reset ? forecastWords(t, forecast) : null
  return (
    <Box padding="400">
      <BlockStack gap="400">
        {refusal && (
          <Banner tone="warning">
            <p>{refusal}</p>
          </Banner>
        )}
        <CurrentStatus card={card} />
        <ChoiceList
          title={t('turnOn.choices')}
          choices={ways.map((way) => ({
            value: way,
            label: t(`turnOn.names.${way}`),
            helpText: [wayWords(t, way, { pending, run, reset: draft.reset }), forecastOf(way)]
              .filter(Boolean)
              .join(' '),
          }))}
          selected={[chosenWay(card, draft)]}
          onChange={([chosen]) => onChange({ ...draft, how: ways.find((way) => way === chosen) ?? null })}
        />
        <Advanced draft={draft} onChange={onChange} faults={faults} />
      </BlockStack>
    </Box>
  )
}

/** The figures that the decision depends on. */
function CurrentStatus({ card }: { card: SyncCard }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {t('turnOn.current')}
      </Text>
      <List>
        <List.Item>{t('turnOn.held', { changes: countedChanges(card.pending) })}</List.Item>
        <List.Item>{t('turnOn.inSync', { profiles: card.syncedTotal })}</List.Item>
        {card.run && <List.Item>{pausedWords(t, card.run)}</List.Item>}
      </List>
    </BlockStack>
  )
}

type AdvancedProps = Pick<TurnOnFieldsProps, 'draft' | 'onChange' | 'faults'>

function Advanced({ draft, onChange, faults }: AdvancedProps) {
  const { t } = useTranslation()
  const id = useId()
  const [opened, setOpened] = useState(false)
  // The consequences of a reset and errors are never collapsed.
  const open = opened || draft.reset || faults.delay
  return (
    <BlockStack gap="300">
      <div>
        <Button
          variant="plain"
          disclosure={open ? 'up' : 'down'}
          ariaExpanded={open}
          ariaControls={id}
          onClick={() => setOpened(!open)}
        >
          {t('turnOn.advanced')}
        </Button>
      </div>
      <Collapsible id={id} open={open}>
        <BlockStack gap="400">
          <DelayFields draft={draft.delay} onChange={(delay) => onChange({ ...draft, delay })} faulty={faults.delay} />
          <Checkbox
            label={t('reset.label')}
            helpText={t('reset.help')}
            checked={draft.reset}
            onChange={(reset) => onChange({ ...draft, reset })}
          />
          {draft.reset && <ResetConfirmation draft={draft} onChange={onChange} faulty={faults.resetWord} />}
        </BlockStack>
      </Collapsible>
    </BlockStack>
  )
}

const losses = ['delivered', 'issues', 'run'] as const
const keeps = ['profiles', 'fields', 'connection', 'settings', 'erased'] as const

/** What is lost and what is kept, above the field for the confirmation word. */
function ResetConfirmation({
  draft,
  onChange,
  faulty,
}: Pick<AdvancedProps, 'draft' | 'onChange'> & { faulty: boolean }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="400">
      <Banner tone="warning" title={t('reset.title')}>
        <BlockStack gap="200">
          <Named heading={t('reset.lost')} items={losses.map((each) => t(`reset.losses.${each}`))} />
          <Named heading={t('reset.kept')} items={keeps.map((each) => t(`reset.keeps.${each}`))} />
        </BlockStack>
      </Banner>
      <TextField
        label={t('reset.word', { word: RESET_WORD })}
        autoComplete="off"
        spellCheck={false}
        value={draft.resetWord}
        onChange={(resetWord) => onChange({ ...draft, resetWord })}
        error={faulty && t('reset.wordFault', { word: RESET_WORD })}
      />
    </BlockStack>
  )
}

function Named({ heading, items }: { heading: string; items: readonly string[] }) {
  return (
    <BlockStack gap="050">
      <Text as="p" fontWeight="semibold">
        {heading}
      </Text>
      <List>
        {items.map((each) => (
          <List.Item key={each}>{each}</List.Item>
        ))}
      </List>
    </BlockStack>
  )
}
