import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useTranslation } from 'react-i18next'
import { pages } from '#app/ui/pages.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

export const meta: MetaFunction = ({ matches }) =>
  metaIn(matches, (t) => [{ title: t('visitor.title') }, { name: 'description', content: t('visitor.lead') }])

/** Shopify opens the app here. A visitor is not asked for a shop: App Store rule 2.3.1 forbids it. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  if (searchParams.has('shop')) throw redirect(`${pages.home}?${searchParams}`)
  return null
}

export default function VisitorPage() {
  const { t } = useTranslation()
  return (
    <PlainPage title={t('visitor.title')}>
      <p>{t('visitor.lead')}</p>
      <p>{t('visitor.open')}</p>
    </PlainPage>
  )
}
