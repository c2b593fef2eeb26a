import { Banner, BlockStack, Button, InlineStack, Spinner, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoginOutcome, LoginView } from '#app/core/report/klaviyo-login.ts'
import { loginFault } from '../copy/klaviyo-login.ts'
import { SupportText } from '../support/support-text.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'
import type { LoginActions } from './login-actions.ts'
import { AccountQuestion, SharingQuestion } from './login-questions.tsx'

/** Says what came of a login at Klaviyo, or asks what it left open. Nothing if the account was connected, or there was no login. */
export function LoginBanner({ login, view: { unreturned } }: { login: LoginActions; view: LoginView }) {
  const { outcome, notBegun } = login
  const now = useShopNow()
  const { t } = now
  // A prefix that is taken is asked for again.
  const [shared, setShared] = useState<Extract<LoginOutcome, { kind: 'account_shared' }> | null>(null)
  const [seen, setSeen] = useState<LoginOutcome | null>(null)
  if (seen !== outcome) {
    setSeen(outcome)
    if (outcome && outcome.kind !== 'prefix_taken') setShared(outcome.kind === 'account_shared' ? outcome : null)
  }
  const fault = notBegun ? loginFault(now, notBegun) : outcome && loginFault(now, outcome)
  if (outcome?.kind === 'another_account' && !notBegun)
    return <AccountQuestion login={login} from={outcome.before} to={outcome.accountName} />
  if (shared && !notBegun) {
    const { accountName, prefix } = shared
    return <SharingQuestion login={login} account={accountName} prefix={prefix} fault={fault} />
  }
  if (login.ending) return <Ending />
  if (fault) {
    const mayTryAgain = outcome?.kind === 'klaviyo_unavailable' || outcome?.kind === 'throttled'
    return (
      <Banner tone={outcome?.kind === 'account_kept' ? 'info' : 'warning'}>
        <BlockStack gap="200">
          <p>
            <SupportText>{fault}</SupportText>
          </p>
          {mayTryAgain && !notBegun && (
            <div>
              <Button onClick={() => login.answer({})}>{t('klaviyoLogin.tryAgain')}</Button>
            </div>
          )}
        </BlockStack>
      </Banner>
    )
  }
  return unreturned && !outcome && !login.left ? <NotReturned login={login} {...unreturned} /> : null
}

function NotReturned({ login, since, first }: { login: LoginActions } & NonNullable<LoginView['unreturned']>) {
  const now = useShopNow()
  const { t } = now
  const at = shopClockTime(new Date(since), now)
  return (
    <Banner tone="warning" title={t('klaviyoLogin.unreturned.title')}>
      <BlockStack gap="200">
        <p>
          <SupportText>{t('klaviyoLogin.unreturned.body', { at })}</SupportText>
        </p>
        <InlineStack gap="200">
          <Button loading={login.beginning} onClick={() => login.begin(first)}>
            {t('klaviyoLogin.startAgain')}
          </Button>
          <Button variant="tertiary" onClick={login.forget}>
            {t('klaviyoLogin.dismiss')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  )
}

function Ending() {
  const { t } = useTranslation()
  return (
    <InlineStack gap="200" blockAlign="center">
      <Spinner size="small" />
      <Text as="p">
        <span role="status">{t('klaviyoLogin.connecting')}</span>
      </Text>
    </InlineStack>
  )
}
