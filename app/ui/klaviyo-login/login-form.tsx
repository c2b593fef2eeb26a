import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoginActions } from './login-actions.ts'

interface LoginFormProps {
  readonly login: LoginActions
  /** `new`: no account is connected, so that the first sync can wait until the merchant has looked at the choices. */
  readonly for: 'new' | 'again'
  /** Other actions, rendered beside the button. */
  readonly beside: ReactNode
}

/** Leads to Klaviyo, where the merchant allows the app. */
export function LoginForm({ login, for: purpose, beside }: LoginFormProps) {
  const { t } = useTranslation()
  // A press before React runs would lead nowhere.
  const [alive, setAlive] = useState(false)
  useEffect(() => setAlive(true), [])
  const busy = login.beginning || login.ending
  const isNew = purpose === 'new'
  return (
    <BlockStack gap="400">
      <Text as="p">{t('klaviyoLogin.how')}</Text>
      {isNew && (
        <Text as="p" tone="subdued">
          {t('connectForm.help')}
        </Text>
      )}
      <InlineStack gap="200">
        <Button variant="primary" disabled={!alive} loading={busy} onClick={() => login.begin('sync')}>
          {t(isNew ? 'klaviyoLogin.connect' : 'klaviyoLogin.reconnect')}
        </Button>
        {isNew && (
          <Button disabled={!alive || busy} onClick={() => login.begin('choose')}>
            {t('connectForm.choose')}
          </Button>
        )}
        {beside}
      </InlineStack>
    </BlockStack>
  )
}
