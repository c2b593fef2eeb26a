import { BlockStack, Checkbox } from '@shopify/polaris'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '#app/core/report/sync-card.ts'
import type { Syncing } from '#app/core/settings/syncing.ts'
import { type DelayDraft, delayDraftOf, delayMinutesOf } from '../integration/delay-draft.ts'
import { DelayFields } from '../integration/delay-fields.tsx'
import { Annotated } from './annotated.tsx'
import { SettingForm } from './setting-form.tsx'
import { type Editing, type SaveActions, useSetting } from './use-setting.ts'

interface Fields {
  readonly delay: DelayDraft
  readonly nightly: boolean
  readonly hourly: boolean
}

const editing: Editing<Syncing, Fields> = {
  fieldsOf: ({ syncDelayMs, nightlyReconcile, hourlyCheck }) => ({
    delay: delayDraftOf(syncDelayMs),
    nightly: nightlyReconcile,
    hourly: hourlyCheck,
  }),
  choiceOf: ({ delay, nightly, hourly }) => {
    const minutes = delayMinutesOf(delay)
    return minutes === null ? null : { syncDelayMs: minutes * 60_000, nightlyReconcile: nightly, hourlyCheck: hourly }
  },
  checksLate: true,
}

export function SyncingSection({ integration, actions }: { integration: Integration; actions: SaveActions<Syncing> }) {
  const { t } = useTranslation()
  const { version, syncDelayMs, nightlyReconcile, hourlyCheck } = integration
  const draft = useSetting({ version, choice: { syncDelayMs, nightlyReconcile, hourlyCheck } }, actions, editing)
  const { fields, change, disabled, faulty, refused } = draft

  function save(event: FormEvent) {
    event.preventDefault()
    draft.save()
  }

  return (
    <Annotated title={t('syncing.title')}>
      <SettingForm name="syncing" draft={draft} fault={t('syncing.fault')}>
        <form onSubmit={save} noValidate>
          <BlockStack gap="400">
            <DelayFields
              draft={fields.delay}
              disabled={disabled}
              faulty={faulty || refused?.kind === 'invalid'}
              onChange={(delay) => change({ ...fields, delay })}
            />
            <Checkbox
              label={t('syncing.nightly')}
              helpText={t('syncing.nightlyHelp')}
              checked={fields.nightly}
              disabled={disabled}
              onChange={(nightly) => change({ ...fields, nightly })}
            />
            <Checkbox
              label={t('syncing.hourly')}
              helpText={t('syncing.hourlyHelp')}
              checked={fields.hourly}
              disabled={disabled}
              onChange={(hourly) => change({ ...fields, hourly })}
            />
          </BlockStack>
        </form>
      </SettingForm>
    </Annotated>
  )
}
