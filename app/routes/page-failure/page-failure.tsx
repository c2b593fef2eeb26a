import { isRouteErrorResponse, useRevalidator, useRouteError } from '@remix-run/react'
import { PageFailed } from '#app/ui/page-failed.tsx'
import { ShopifyAnswer } from '#app/ui/shopify-answer.tsx'

/** What a page shows instead of itself. */
export function PageFailure() {
  const error = useRouteError()
  const { revalidate, state } = useRevalidator()
  if (isRouteErrorResponse(error) && typeof error.data === 'string' && error.data !== '') {
    return <ShopifyAnswer html={error.data} />
  }
  return <PageFailed onRetry={revalidate} retrying={state !== 'idle'} />
}
