import { PageFailure } from './page-failure/page-failure.tsx'

/** Every address under the app that is none of its pages. It shows nothing of a shop; the frame around it, with the menu, signs in. */
export function loader() {
  throw new Response(null, { status: 404 })
}

export default function NoPageOfTheApp() {
  return null
}

export const ErrorBoundary = PageFailure
