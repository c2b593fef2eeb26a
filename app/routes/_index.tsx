import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { landingCopy } from '#app/ui/copy/landing.ts'
import { pages } from '#app/ui/pages.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'

export const meta: MetaFunction = () => [
  { title: landingCopy.title },
  { name: 'description', content: landingCopy.lead },
]

/** Shopify opens the app here. A visitor is not asked for a shop: App Store rule 2.3.1 forbids it. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  if (searchParams.has('shop')) throw redirect(`${pages.home}?${searchParams}`)
  return null
}

export default function Landing() {
  return (
    <PlainPage title={landingCopy.title}>
      <p>{landingCopy.lead}</p>
      <p>{landingCopy.open}</p>
    </PlainPage>
  )
}
