import { Banner, BlockStack, Button, InlineStack, Link, Text, TextField } from '@shopify/polaris'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { whatForScope } from '../copy/connection.ts'
import { SharingFields } from '../destination/sharing-fields.tsx'

/** Where private keys are created in Klaviyo. */
const KLAVIYO_API_KEYS = 'https://www.klaviyo.com/settings/account/api-keys'

interface ConnectFormProps {
  readonly scopesNeeded: readonly string[]
  /** Why the last key was refused, in words. */
  readonly fault: string | null
  readonly connecting: boolean
  readonly onConnect: (key: string, sharing: Sharing | null) => void
  /** Set if other shops write to the account of the last key: then what this shop writes has to be chosen. */
  readonly shared: { readonly accountName: string; readonly prefix: string } | null
  /** Other actions, rendered beside the button. */
  readonly beside: ReactNode
}

export function ConnectForm({ scopesNeeded, fault, connecting, onConnect, shared, beside }: ConnectFormProps) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [sharing, setSharing] = useState<Sharing | null>(null)
  const chosen = shared && (sharing ?? { kind: 'prefixed', prefix: shared.prefix })
  // The error belongs to the key that was sent; it disappears when the key is edited.
  const [faultSeenWith, setFaultSeenWith] = useState<string | null>(null)

  // Until React runs, a key that was pasted would be lost, and one that was sent would go without the session's token.
  const [alive, setAlive] = useState(false)
  useEffect(() => setAlive(true), [])

  function submit(event: FormEvent) {
    event.preventDefault()
    setFaultSeenWith(key)
    onConnect(key, chosen)
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
          error={fault !== null && key === faultSeenWith && !connecting ? fault : false}
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
        <InlineStack gap="200">
          <Button submit variant="primary" disabled={!alive} loading={connecting}>
            {chosen ? t('sharing.connect') : t('connection.connect')}
          </Button>
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
