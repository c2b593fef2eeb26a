import { type HeadersFunction, json, type LoaderFunctionArgs } from '@remix-run/node'
import { type MetaFunction, useLoaderData } from '@remix-run/react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { confirmAddress } from '#app/sync/alerts/confirm-address.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

const Link = z.object({ shop: shopDomain, token: z.string().regex(/^[\w-]{43}$/) })

export const meta: MetaFunction<typeof loader> = ({ matches, data }) =>
  metaIn(matches, (t) => [{ title: t(`alerts.confirmation.${data?.confirmation ?? 'invalid'}`) }])

/**
 * Where the link in an e-mail leads that asks whether an address is right. Who opens it need not be signed in: the token is the proof. It
 * says nothing about a shop. A mailbox that opens links by itself does no harm: the second opening finds the address confirmed.
 */
export async function loader({ request }: LoaderFunctionArgs) {
  const link = Link.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  const confirmation = link.success ? await confirmAddress(link.data.shop, link.data.token, databaseNow()) : 'invalid'
  return json({ confirmation } as const, {
    status: confirmation === 'invalid' ? 404 : 200,
    headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}

/** No cache may keep what a link that works once has answered. */
export const headers: HeadersFunction = ({ loaderHeaders }) => loaderHeaders

export default function ConfirmPage() {
  const { t } = useTranslation()
  const { confirmation } = useLoaderData<typeof loader>()
  return (
    <PlainPage title={t(`alerts.confirmation.${confirmation}`)}>
      <p>{t(`alerts.confirmation.${confirmation}Body`)}</p>
    </PlainPage>
  )
}
