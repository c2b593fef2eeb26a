import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { visitorPageCopy } from '#app/ui/copy/visitor-page.ts'
import { pages } from '#app/ui/pages.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'

export const meta: MetaFunction = () => [
  { title: visitorPageCopy.title },
  { name: 'description', content: visitorPageCopy.lead },
]

/** Shopify opens the app here. A visitor is not asked for a shop: App Store rule 2.3.1 forbids it. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  if (searchParams.has('shop')) throw redirect(`${pages.home}?${searchParams}`)
  return null
}

export default function VisitorPage() {
  return (
    <PlainPage title={visitorPageCopy.title}>
      <p>{visitorPageCopy.lead}</p>
      <p>{visitorPageCopy.open}</p>
    </PlainPage>
  )
}
