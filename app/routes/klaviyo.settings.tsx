import type { MetaFunction } from '@remix-run/node'
import { useTranslation } from 'react-i18next'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

export const meta: MetaFunction = ({ matches }) => metaIn(matches, (t) => [{ title: t('klaviyoLogin.settings.title') }])

/** Where Klaviyo sends a person who looks for the app's settings from its side (the settings URL). */
export default function SettingsFromKlaviyoPage() {
  const { t } = useTranslation()
  return (
    <PlainPage title={t('klaviyoLogin.settings.title')}>
      <p>{t('klaviyoLogin.settings.lead')}</p>
      <ol>
        <li>{t('klaviyoLogin.install.admin')}</li>
        <li>{t('klaviyoLogin.settings.app')}</li>
      </ol>
    </PlainPage>
  )
}
