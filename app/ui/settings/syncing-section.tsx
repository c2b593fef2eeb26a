import { SaveBar } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Card, Checkbox, Text } from '@shopify/polaris'
import { type FormEvent, useState } from 'react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { Integration } from '#app/core/report/sync-card.ts'
import { notChanged } from '../copy/integration.ts'
import { syncingCopy } from '../copy/syncing.ts'
import { type DelayDraft, delayDraftOf, delayMinutesOf } from '../integration/delay-draft.ts'
import { DelayFields } from '../integration/delay-fields.tsx'

export interface SyncingSettings {
  /** The version of the page on which they were chosen. */
  readonly version: number
  readonly syncDelayMinutes: number
  readonly nightlyReconcile: boolean
}

export interface SyncingActions {
  readonly save: (settings: SyncingSettings) => void
  readonly saving: boolean
  /** The result of the last save, once the page shows the saved settings; null before. */
  readonly answer: IntegrationChange | null
}

interface Draft {
  readonly version: number
  readonly delay: DelayDraft
  readonly nightly: boolean
}

export function SyncingSection({ integration, actions }: { integration: Integration; actions: SyncingActions }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [pressed, setPressed] = useState(false)
  const [answer, setAnswer] = useState(actions.answer)
  // Each answer is handled once: after these the page shows the current settings, and there is nothing to save.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer?.kind === 'settings_saved' || actions.answer?.kind === 'stale') discard()
  }

  const shown = draft ?? draftOf(integration)
  const minutes = delayMinutesOf(shown.delay)
  const dirty = draft !== null && differs(draft, integration)

  function change(part: Partial<Draft>) {
    setAnswer(null)
    setDraft({ ...shown, ...part })
  }

  function discard() {
    setDraft(null)
    setPressed(false)
  }

  function save(event?: FormEvent) {
    event?.preventDefault()
    setPressed(true)
    if (minutes === null || !dirty || actions.saving) return
    actions.save({ version: shown.version, syncDelayMinutes: minutes, nightlyReconcile: shown.nightly })
  }

  const delayRefused = answer?.kind === 'delay_invalid'
  const refusal = answer && !delayRefused ? notChanged(answer) : null
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <form onSubmit={save} noValidate>
        <BlockStack gap="400">
          <Text as="h2" variant="headingMd">
            {syncingCopy.title}
          </Text>
          {refusal && (
            <Banner tone="warning" onDismiss={() => setAnswer(null)}>
              <p>{refusal}</p>
            </Banner>
          )}
          <DelayFields
            draft={shown.delay}
            disabled={actions.saving}
            faulty={(pressed && minutes === null) || delayRefused}
            onChange={(delay) => change({ delay })}
          />
          <Checkbox
            label={syncingCopy.nightly}
            helpText={syncingCopy.nightlyHelp}
            checked={shown.nightly}
            disabled={actions.saving}
            onChange={(nightly) => change({ nightly })}
          />
        </BlockStack>
      </form>
      {dirty && (
        <SaveBar open id="syncing-settings">
          <button type="button" variant="primary" onClick={() => save()} {...(actions.saving && { loading: '' })}>
            {syncingCopy.save}
          </button>
          <button type="button" onClick={discard}>
            {syncingCopy.discard}
          </button>
        </SaveBar>
      )}
    </Card>
  )
}

function draftOf({ version, syncDelayMs, nightlyReconcile }: Integration): Draft {
  return { version, delay: delayDraftOf(syncDelayMs), nightly: nightlyReconcile }
}

/** A typed delay that is not valid differs from every saved one. */
function differs({ delay, nightly }: Draft, { syncDelayMs, nightlyReconcile }: Integration): boolean {
  const minutes = delayMinutesOf(delay)
  return minutes === null || minutes * 60_000 !== syncDelayMs || nightly !== nightlyReconcile
}
