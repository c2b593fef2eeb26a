import type { MetaFunction } from '@remix-run/node'
import { useTranslation } from 'react-i18next'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

export const meta: MetaFunction = ({ matches }) => metaIn(matches, (t) => [{ title: t('klaviyoLogin.install.title') }])

/**
 * Where Klaviyo sends a person who installs the app from its side (the installation URL). Which shop is theirs is not known, and not asked
 * for: App Store rule 2.3.1 forbids it.
 */
export default function InstallPage() {
  const { t } = useTranslation()
  return (
    <PlainPage title={t('klaviyoLogin.install.title')}>
      <p>{t('klaviyoLogin.install.lead')}</p>
      <ol>
        <li>{t('klaviyoLogin.install.admin')}</li>
        <li>{t('klaviyoLogin.install.app')}</li>
        <li>{t('klaviyoLogin.install.connect')}</li>
      </ol>
    </PlainPage>
  )
}
