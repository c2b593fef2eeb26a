import { isRouteErrorResponse, useRevalidator, useRouteError } from '@remix-run/react'
import { PageFailed, PageNotFound, PageSignedOut, TooOften } from '#app/ui/page-failed.tsx'
import { ShopifyAnswer } from '#app/ui/shopify-answer.tsx'

/** What is shown in place of a page that failed. */
export function PageFailure() {
  const error = useRouteError()
  const { revalidate, state } = useRevalidator()
  if (isRouteErrorResponse(error)) {
    if (typeof error.data === 'string' && error.data !== '') return <ShopifyAnswer html={error.data} />
    if (error.status === 429) return <TooOften onRetry={revalidate} retrying={state !== 'idle'} />
    if (error.status === 404) return <PageNotFound />
    if (error.status === 401 || error.status === 403 || error.status === 410) return <PageSignedOut />
  }
  return <PageFailed onRetry={revalidate} retrying={state !== 'idle'} />
}
