import { isRouteErrorResponse, useLocation } from '@remix-run/react'
import { useEffect } from 'react'

/** Whether the newest figures could not be loaded, so that these are the previous ones. */
interface Refreshed {
  readonly notRefreshed: boolean
}

/**
 * Keeps the last loaded data of a page in the browser. A page reloads its data regularly: one failed request must not remove
 * what is shown.
 */
export function lastSeenOf<Seen extends Refreshed>() {
  let last: { readonly address: string; readonly seen: Seen } | null = null

  /** The new data, or the last data if loading failed. */
  async function read(request: Request, load: () => Promise<Seen>): Promise<Seen> {
    try {
      return await load()
    } catch (error) {
      const { pathname, search } = new URL(request.url)
      if (last?.address !== pathname + search || isAnswer(error)) throw error
      return { ...last.seen, notRefreshed: true }
    }
  }

  /** Is called with the data that the page shows. */
  function useKept(seen: Seen): void {
    const { pathname, search } = useLocation()
    useEffect(() => {
      last = { address: pathname + search, seen }
    }, [pathname, search, seen])
  }

  return { read, useKept }
}

/** A response that the server sent on purpose, such as a redirect to sign in. Anything else is a temporary failure of server or network. */
function isAnswer(error: unknown): boolean {
  return error instanceof Response || (isRouteErrorResponse(error) && error.status < 500)
}
