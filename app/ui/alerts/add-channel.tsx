import { BlockStack, Button, TextField } from '@shopify/polaris'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChannelKind } from '#app/core/alert/channel.ts'
import { channelFault } from '../copy/alerts.ts'
import { SupportText } from '../support/support-text.tsx'
import type { ChannelActions } from './channel-actions.ts'

/** Sets up a channel: its address, and a button. */
export function AddChannel({ kind, actions }: { kind: ChannelKind; actions: ChannelActions }) {
  const { t } = useTranslation()
  const [target, setTarget] = useState('')
  // An error belongs to the address that was sent; it disappears when the address is edited.
  const [sent, setSent] = useState<string | null>(null)
  const { answer, busy } = actions
  const fault = answer?.channel === kind && sent === target && busy === null ? channelFault(t, answer) : null

  function add(event: FormEvent) {
    event.preventDefault()
    setSent(target)
    actions.add(kind, target)
  }

  return (
    <form onSubmit={add} noValidate>
      <BlockStack gap="300">
        <TextField
          label={t(`alerts.channels.${kind}.label`)}
          helpText={t(`alerts.channels.${kind}.help`)}
          type={kind === 'email' ? 'email' : 'url'}
          autoComplete={kind === 'email' ? 'email' : 'off'}
          maxLength={2000}
          value={target}
          disabled={busy !== null}
          error={fault === null ? false : <SupportText>{fault}</SupportText>}
          onChange={setTarget}
        />
        <div>
          <Button submit loading={busy === kind} disabled={busy !== null || target.trim() === ''}>
            {t(`alerts.channels.${kind}.add`)}
          </Button>
        </div>
      </BlockStack>
    </form>
  )
}
