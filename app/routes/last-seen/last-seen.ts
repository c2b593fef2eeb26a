import { isRouteErrorResponse, useLocation } from '@remix-run/react'
import { useEffect } from 'react'

/** Whether the newest figures could not be had, so that these are the last ones. */
interface Refreshed {
  readonly notRefreshed: boolean
}

/**
 * Keeps what stands on a page, in the browser. A page reads itself again all day long: one read that fails must not take away
 * what stands there.
 */
export function lastSeenOf<Seen extends Refreshed>() {
  let last: { readonly address: string; readonly seen: Seen } | null = null

  /** What is read anew, or else what stands there. */
  async function read(request: Request, load: () => Promise<Seen>): Promise<Seen> {
    try {
      return await load()
    } catch (error) {
      const { pathname, search } = new URL(request.url)
      if (last?.address !== pathname + search || isAnswer(error)) throw error
      return { ...last.seen, notRefreshed: true }
    }
  }

  /** To be called with what the page shows. */
  function useKept(seen: Seen): void {
    const { pathname, search } = useLocation()
    useEffect(() => {
      last = { address: pathname + search, seen }
    }, [pathname, search, seen])
  }

  return { read, useKept }
}

/** The server meant it: signing in again, say. Anything else is a server or a network that was away for a moment. */
function isAnswer(error: unknown): boolean {
  return error instanceof Response || (isRouteErrorResponse(error) && error.status < 500)
}
