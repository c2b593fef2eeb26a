import { Banner, BlockStack, Button, InlineStack, Link, Text, TextField } from '@shopify/polaris'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { whatForScope } from '../copy/connection.ts'
import { SharingFields } from '../destination/sharing-fields.tsx'
import { SupportText } from '../support/support-text.tsx'

/** Where private keys are created in Klaviyo. */
const KLAVIYO_API_KEYS = 'https://www.klaviyo.com/settings/account/api-keys'

interface ConnectFormProps {
  readonly scopesNeeded: readonly string[]
  /** Why the last key was refused, in words. */
  readonly fault: string | null
  readonly connecting: boolean
  readonly onConnect: (key: string, sharing: Sharing | null, first: FirstSync) => void
  /** No account is connected: the first sync can wait until the merchant has looked at the choices. */
  readonly isNew: boolean
  /** Set if other shops write to the account of the last key: then what this shop writes has to be chosen. */
  readonly shared: { readonly accountName: string; readonly prefix: string } | null
  /** Other actions, rendered beside the button. */
  readonly beside: ReactNode
}

export function ConnectForm(props: ConnectFormProps) {
  const { scopesNeeded, fault, connecting, onConnect, shared, isNew, beside } = props
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [sharing, setSharing] = useState<Sharing | null>(null)
  const chosen = shared && (sharing ?? { kind: 'prefixed', prefix: shared.prefix })
  // The error belongs to the key that was sent; it disappears when the key is edited.
  const [faultSeenWith, setFaultSeenWith] = useState<string | null>(null)

  // Until React runs, a key that was pasted would be lost, and one that was sent would go without the session's token.
  const [alive, setAlive] = useState(false)
  useEffect(() => setAlive(true), [])

  function connect(first: FirstSync) {
    setFaultSeenWith(key)
    onConnect(key, chosen, first)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    connect('sync')
  }

  return (
    <form method="post" autoComplete="off" onSubmit={submit} noValidate>
      <BlockStack gap="400">
        <TextField
          label={t('connection.key')}
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder={t('connection.keyPlaceholder')}
          value={key}
          onChange={setKey}
          disabled={!alive || connecting}
          error={fault !== null && key === faultSeenWith && !connecting ? <SupportText>{fault}</SupportText> : false}
          helpText={
            <>
              {t('connection.whereToFind')}{' '}
              <Link url={KLAVIYO_API_KEYS} target="_blank">
                {t('connection.openKlaviyo')}
              </Link>
            </>
          }
        />
        {chosen && (
          <Banner tone="warning" title={t('sharing.ask', { account: shared.accountName })}>
            <SharingFields sharing={chosen} freePrefix={shared.prefix} disabled={connecting} onChange={setSharing} />
          </Banner>
        )}
        <ScopesNeeded scopes={scopesNeeded} />
        <Text as="p" tone="subdued">
          {t('connection.sealed')}
        </Text>
        {isNew && (
          <Text as="p" tone="subdued">
            {t('connectForm.help')}
          </Text>
        )}
        <InlineStack gap="200">
          <Button submit variant="primary" disabled={!alive} loading={connecting}>
            {chosen ? t('sharing.connect') : isNew ? t('connectForm.sync') : t('connection.connect')}
          </Button>
          {isNew && (
            <Button disabled={!alive || connecting} onClick={() => connect('choose')}>
              {t('connectForm.choose')}
            </Button>
          )}
          {beside}
        </InlineStack>
      </BlockStack>
    </form>
  )
}

function ScopesNeeded({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="150">
      <Text as="p">{t('connection.scopesNeeded')}</Text>
      <ul className="ls-scopes">
        {scopes.map((scope) => (
          <li key={scope}>
            <code>{scope}</code>
            <span>{whatForScope(t, scope)}</span>
          </li>
        ))}
      </ul>
    </BlockStack>
  )
}
