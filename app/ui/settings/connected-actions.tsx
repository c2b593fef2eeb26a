import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import type { LoginActions } from '../klaviyo-login/login-actions.ts'

interface ConnectedActionsProps {
  readonly connection: CardConnection
  /** Null if logins at Klaviyo are not offered. */
  readonly login: LoginActions | null
  /** Opens the form that connects again: by a key, or by a login. */
  readonly onReplace: (byKey: boolean) => void
  readonly disconnect: ReactNode
}

/** What can be done with an account that is connected. */
export function ConnectedActions({ connection, login, onReplace, disconnect }: ConnectedActionsProps) {
  const { t } = useTranslation()
  const byLogin = connection.kind !== 'none' && connection.by === 'login'
  const connect = (words: string) =>
    login && (
      <Button loading={login.beginning || login.ending} onClick={() => login.begin('sync')}>
        {words}
      </Button>
    )
  return (
    <>
      <InlineStack gap="200">
        {byLogin ? (
          connect(t('klaviyoLogin.reconnect'))
        ) : (
          <Button onClick={() => onReplace(true)}>{t('connection.replace')}</Button>
        )}
        {disconnect}
      </InlineStack>
      {byLogin && (
        <div>
          <Button variant="plain" onClick={() => onReplace(true)}>
            {t('klaviyoLogin.useKey')}
          </Button>
        </div>
      )}
      {!byLogin && login && (
        <BlockStack gap="200">
          <Text as="h3" variant="headingSm">
            {t('klaviyoLogin.offer.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('klaviyoLogin.offer.body')}
          </Text>
          <div>{connect(t('klaviyoLogin.connect'))}</div>
        </BlockStack>
      )}
    </>
  )
}
