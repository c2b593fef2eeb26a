import type { LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { authenticate } from '#app/shopify.server.ts'

/** Where Shopify's library sends a page that lacks a session token; it answers by itself. */
export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request)
  return null
}

export const headers = boundary.headers
