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
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { RESET_WORD, type TurnOn } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { forecastWords } from '../copy/destination.ts'
import { integrationCopy, turnOnCopy, wayWords } from '../copy/integration.ts'
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
  const { run, pending } = card
  const ways = waysToTurnOn(card, draft)
  // After a reset all profiles are sent, so the forecast does not apply.
  const forecastOf = (way: TurnOn) =>
    way === 'past_and_future' && forecast && !draft.reset ? forecastWords(forecast) : null
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
          title={turnOnCopy.choices}
          choices={ways.map((way) => ({
            value: way,
            label: turnOnCopy.names[way],
            helpText: [wayWords(way, { pending, run, reset: draft.reset }), forecastOf(way)].filter(Boolean).join(' '),
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
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {turnOnCopy.current}
      </Text>
      <List>
        <List.Item>{turnOnCopy.held(card.pending)}</List.Item>
        <List.Item>{turnOnCopy.inSync(card.syncedTotal)}</List.Item>
        {card.run && <List.Item>{integrationCopy.paused(card.run)}</List.Item>}
      </List>
    </BlockStack>
  )
}

type AdvancedProps = Pick<TurnOnFieldsProps, 'draft' | 'onChange' | 'faults'>

function Advanced({ draft, onChange, faults }: AdvancedProps) {
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
          {turnOnCopy.advanced}
        </Button>
      </div>
      <Collapsible id={id} open={open}>
        <BlockStack gap="400">
          <DelayFields draft={draft.delay} onChange={(delay) => onChange({ ...draft, delay })} faulty={faults.delay} />
          <Checkbox
            label={turnOnCopy.reset.label}
            helpText={turnOnCopy.reset.help}
            checked={draft.reset}
            onChange={(reset) => onChange({ ...draft, reset })}
          />
          {draft.reset && <ResetConfirmation draft={draft} onChange={onChange} faulty={faults.resetWord} />}
        </BlockStack>
      </Collapsible>
    </BlockStack>
  )
}

/** What is lost and what is kept, above the field for the confirmation word. */
function ResetConfirmation({
  draft,
  onChange,
  faulty,
}: Pick<AdvancedProps, 'draft' | 'onChange'> & { faulty: boolean }) {
  const { reset } = turnOnCopy
  return (
    <BlockStack gap="400">
      <Banner tone="warning" title={reset.title}>
        <BlockStack gap="200">
          <Named heading={reset.lost} items={reset.losses} />
          <Named heading={reset.kept} items={reset.keeps} />
        </BlockStack>
      </Banner>
      <TextField
        label={reset.wordLabel(RESET_WORD)}
        autoComplete="off"
        spellCheck={false}
        value={draft.resetWord}
        onChange={(resetWord) => onChange({ ...draft, resetWord })}
        error={faulty && reset.wordFault(RESET_WORD)}
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
