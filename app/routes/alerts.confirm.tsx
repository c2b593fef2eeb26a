import { type ActionFunctionArgs, type HeadersFunction, json, type LoaderFunctionArgs } from '@remix-run/node'
import { Form, type MetaFunction, useActionData, useLoaderData } from '@remix-run/react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { confirmAddress, wouldConfirm } from '#app/sync/alerts/confirm-address.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import { metaIn } from './language/page-sentences.ts'

const Link = z.object({ shop: shopDomain, token: z.string().regex(/^[\w-]{43}$/) })

export const meta: MetaFunction<typeof loader> = ({ matches, data }) =>
  metaIn(matches, (t) => [{ title: t(`alerts.confirmation.${data?.confirmation ?? 'invalid'}`) }])

/**
 * Where the link in an e-mail leads that asks whether an address is right. Who opens it need not be signed in: the token is the proof. It
 * says nothing about a shop. Opening it changes nothing, because mail servers open links too; the button confirms.
 */
export async function loader({ request }: LoaderFunctionArgs) {
  const link = linkIn(request)
  return answer(link ? await wouldConfirm(link.shop, link.token, databaseNow()) : 'invalid')
}

export async function action({ request }: ActionFunctionArgs) {
  const link = linkIn(request)
  return answer(link ? await confirmAddress(link.shop, link.token, databaseNow()) : 'invalid')
}

function linkIn(request: Request) {
  return Link.safeParse(Object.fromEntries(new URL(request.url).searchParams)).data
}

function answer(confirmation: 'open' | Awaited<ReturnType<typeof confirmAddress>>) {
  return json({ confirmation } as const, {
    status: confirmation === 'invalid' ? 404 : 200,
    // No other site hears of the address, which has the token in it. With no-referrer, browsers would send the form without its origin.
    headers: { 'cache-control': 'no-store', 'referrer-policy': 'same-origin' },
  })
}

/** No cache may keep what a link that works once has answered. */
export const headers: HeadersFunction = ({ loaderHeaders, actionHeaders }) =>
  actionHeaders.has('cache-control') ? actionHeaders : loaderHeaders

export default function ConfirmPage() {
  const { t } = useTranslation()
  const loaded = useLoaderData<typeof loader>()
  const { confirmation } = useActionData<typeof action>() ?? loaded
  return (
    <PlainPage title={t(`alerts.confirmation.${confirmation}`)}>
      <p>{t(`alerts.confirmation.${confirmation}Body`)}</p>
      {confirmation === 'open' && (
        <Form method="post">
          <button type="submit">{t('alerts.confirmation.confirm')}</button>
        </Form>
      )}
    </PlainPage>
  )
}
