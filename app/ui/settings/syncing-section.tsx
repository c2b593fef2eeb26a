import { BlockStack, Checkbox, TextField } from '@shopify/polaris'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Integration } from '#app/core/report/sync-card.ts'
import { HELD_ABOVE_PERCENT, isHoldPercent, type Syncing } from '#app/core/settings/syncing.ts'
import { type DelayDraft, delayDraftOf, delayMinutesOf } from '../integration/delay-draft.ts'
import { DelayFields } from '../integration/delay-fields.tsx'
import { Annotated } from './annotated.tsx'
import { SettingForm } from './setting-form.tsx'
import { type Editing, type SaveActions, useSetting } from './use-setting.ts'

interface Fields {
  readonly delay: DelayDraft
  readonly nightly: boolean
  readonly hourly: boolean
  /** Whether large changes are held, and above which percentage. */
  readonly holds: boolean
  readonly percent: string
}

const editing: Editing<Syncing, Fields> = {
  fieldsOf: ({ syncDelayMs, nightlyReconcile, hourlyCheck, holdAbovePercent }) => ({
    delay: delayDraftOf(syncDelayMs),
    nightly: nightlyReconcile,
    hourly: hourlyCheck,
    holds: holdAbovePercent !== null,
    percent: String(holdAbovePercent ?? HELD_ABOVE_PERCENT),
  }),
  choiceOf: (fields) => {
    const minutes = delayMinutesOf(fields.delay)
    const holdAbovePercent = percentOf(fields)
    if (minutes === null || holdAbovePercent === undefined) return null
    const { nightly, hourly } = fields
    return { syncDelayMs: minutes * 60_000, nightlyReconcile: nightly, hourlyCheck: hourly, holdAbovePercent }
  },
  checksLate: true,
}

/** Null if nothing is held; undefined while the typed percentage is not valid. */
function percentOf({ holds, percent }: Fields): number | null | undefined {
  if (!holds) return null
  const typed = /^\d{1,2}$/.test(percent.trim()) ? Number(percent) : 0
  return isHoldPercent(typed) ? typed : undefined
}

export function SyncingSection({ integration, actions }: { integration: Integration; actions: SaveActions<Syncing> }) {
  const { t } = useTranslation()
  const { version, syncDelayMs, nightlyReconcile, hourlyCheck, holdAbovePercent } = integration
  const choice = { syncDelayMs, nightlyReconcile, hourlyCheck, holdAbovePercent }
  const draft = useSetting({ version, choice }, actions, editing)
  const { fields, change, disabled, faulty, refused } = draft

  function save(event: FormEvent) {
    event.preventDefault()
    draft.save()
  }

  return (
    <Annotated title={t('syncing.title')}>
      <SettingForm
        name="syncing"
        draft={draft}
        fault={t(delayMinutesOf(fields.delay) === null ? 'syncing.fault' : 'heldRun.fault')}
      >
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
            <Checkbox
              label={t('heldRun.setting')}
              helpText={t('heldRun.settingHelp')}
              checked={fields.holds}
              disabled={disabled}
              onChange={(holds) => change({ ...fields, holds })}
            />
            {fields.holds && (
              <TextField
                label={t('heldRun.share')}
                type="number"
                min={1}
                max={99}
                suffix="%"
                autoComplete="off"
                disabled={disabled}
                value={fields.percent}
                onChange={(percent) => change({ ...fields, percent })}
                error={faulty && percentOf(fields) === undefined && t('heldRun.percentFault')}
              />
            )}
          </BlockStack>
        </form>
      </SettingForm>
    </Annotated>
  )
}
