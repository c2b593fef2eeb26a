import { type HeadersFunction, json, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { config } from '#app/config.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { receiveReturn } from '#app/sync/klaviyo-login/receive-return.ts'
import { pages, shopInAdmin } from '#app/ui/pages.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

/** https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.2 */
const Return = z.object({
  state: z.string().max(200),
  code: z.string().min(1).max(2_000).optional(),
  error: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .catch('unknown')
    .optional(),
})

/** The address holds a code: no cache may keep it, and no other page may learn it. */
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

export const meta: MetaFunction = ({ matches }) => metaIn(matches, (t) => [{ title: t('klaviyoLogin.unknown.title') }])

/**
 * Where Klaviyo sends a merchant back to, in the whole window and without a session of Shopify's. What comes back is written down for who
 * began the login, and the merchant goes on into the shop's admin, with a ticket that only that session can use. A return that no login waits
 * for gets a page that names no shop.
 */
export async function loader({ request }: LoaderFunctionArgs) {
  const parsed = Return.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  const { state = '', code, error } = parsed.data ?? {}
  const came =
    error !== undefined
      ? ({ kind: 'refused', refusal: error } as const)
      : code !== undefined && ({ kind: 'code', code } as const)
  const returned = came ? await receiveReturn(state, came, databaseNow()) : null
  if (!returned) return json(null, { status: 404, headers: HEADERS })
  const page = `${pages.settings}?${new URLSearchParams({ klaviyo: returned.ticket })}`
  throw redirect(`${shopInAdmin(returned.shop)}/apps/${config.shopify.apiKey}${page}`, { headers: HEADERS })
}

export const headers: HeadersFunction = ({ loaderHeaders }) => loaderHeaders

export default function UnknownReturnPage() {
  const { t } = useTranslation()
  return (
    <PlainPage title={t('klaviyoLogin.unknown.title')}>
      <p>{t('klaviyoLogin.unknown.body')}</p>
      <p>{t('klaviyoLogin.unknown.todo')}</p>
    </PlainPage>
  )
}
