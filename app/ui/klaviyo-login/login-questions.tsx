import { Banner, BlockStack, Button, InlineStack } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { SharingFields } from '../destination/sharing-fields.tsx'
import type { LoginActions } from './login-actions.ts'

/** Asks whether another account than the one connected before is really meant. */
export function AccountQuestion({ login, from, to }: { login: LoginActions; from: string; to: string }) {
  const { t } = useTranslation()
  return (
    <Banner tone="warning" title={t('klaviyoLogin.account.title', { from, to })}>
      <BlockStack gap="200">
        <p>{t('klaviyoLogin.account.body', { from, to })}</p>
        <InlineStack gap="200">
          <Button loading={login.ending} onClick={() => login.answer({ account: 'change' })}>
            {t('klaviyoLogin.account.change', { to })}
          </Button>
          <Button disabled={login.ending} onClick={() => login.answer({ account: 'keep' })}>
            {t('klaviyoLogin.account.keep', { from })}
          </Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  )
}

/** Asks what this shop writes beside the other shops in the account. */
export function SharingQuestion({
  login,
  account,
  prefix,
  fault,
}: {
  login: LoginActions
  account: string
  prefix: string
  fault: string | null
}) {
  const { t } = useTranslation()
  const [sharing, setSharing] = useState<Sharing>({ kind: 'prefixed', prefix })
  return (
    <Banner tone="warning" title={t('sharing.ask', { account })}>
      <BlockStack gap="300">
        {fault && <p>{fault}</p>}
        <SharingFields sharing={sharing} freePrefix={prefix} disabled={login.ending} onChange={setSharing} />
        <div>
          <Button loading={login.ending} onClick={() => login.answer({ sharing })}>
            {t('sharing.connect')}
          </Button>
        </div>
      </BlockStack>
    </Banner>
  )
}
