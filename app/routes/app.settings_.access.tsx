import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { config } from '#app/config.server.ts'
import { parseTokenName, type TokenMade } from '#app/core/access/status-token.ts'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadStatusTokens, makeStatusToken, revokeStatusToken } from '#app/sync/access/status-tokens.ts'
import { loadTimeZone } from '#app/sync/report/load-time-zone.ts'
import { AccessPage } from '#app/ui/access/access-page.tsx'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { toast } from '#app/ui/toast.ts'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { parseForm } from './parse/parse-form.ts'

export const meta = pageMeta('access')

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const [tokens, timeZone] = await Promise.all([loadStatusTokens(shop), loadTimeZone(shop)])
  const { origin } = config.shopify.appUrl
  const addresses = { status: `${origin}/api/status`, mcp: `${origin}/mcp` }
  return { tokens, addresses, timeZone, asOf: databaseNow().toISOString() }
}

const Intent = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('make_token'),
    name: z.string().transform(parseTokenName).pipe(z.string()),
  }),
  z.object({ intent: z.literal('revoke_token'), id: z.uuid() }),
])

export async function action({ request }: ActionFunctionArgs): Promise<TokenMade | { readonly kind: 'revoked' }> {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = await parseForm(request, Intent)
  if (asked.intent === 'make_token') return makeStatusToken(shop, asked.name, databaseNow())
  await revokeStatusToken(shop, asked.id)
  return { kind: 'revoked' }
}

export const headers = boundary.headers

export default function AccessRoute() {
  const { t } = useTranslation()
  const { tokens, addresses, timeZone, asOf } = useLoaderData<typeof loader>()
  const making = useFetcher<TokenMade>()
  const revoking = useFetcher<{ kind: 'revoked' }>()
  useEffect(() => {
    if (revoking.data?.kind === 'revoked') toast(t('access.revoked'))
  }, [revoking.data, t])
  return (
    <AppPage
      title={t('pages.access')}
      subtitle={t('access.subtitle')}
      back={{ content: t('pages.settings'), url: pages.settings }}
    >
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <AccessPage
          tokens={tokens}
          addresses={addresses}
          made={making.data ?? null}
          making={making.state !== 'idle'}
          onMake={(name) => making.submit({ intent: 'make_token', name }, { method: 'post' })}
          onRevoke={(id) => revoking.submit({ intent: 'revoke_token', id }, { method: 'post' })}
        />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
