import { Agent, type Dispatcher, setGlobalDispatcher } from 'undici'

/**
 * Sends what this process asks of Shopify to the stand-in at `origin`, the Host header kept, so that the product
 * runs unchanged: Shopify's library fixes `https://{shop}` and takes no other address. Whatever else is not on
 * this machine is refused: no test and no demo reaches out.
 */
export function redirectShopify(origin: string): void {
  setGlobalDispatcher(new Agent().compose((dispatch) => redirecting(dispatch, origin)))
}

function redirecting(dispatch: Dispatcher.Dispatch, target: string): Dispatcher.Dispatch {
  return (options, handler) => {
    const { hostname } = new URL(String(options.origin))
    if (isShopify(hostname)) {
      return dispatch({ ...options, origin: target, headers: withHost(options.headers, hostname) }, handler)
    }
    if (!isLoopback(hostname)) throw new Error(`the sandbox does not let a request out to ${hostname}`)
    return dispatch(options, handler)
  }
}

/** A bulk operation's result lies with Google. */
function isShopify(hostname: string): boolean {
  return hostname.endsWith('.myshopify.com') || hostname === 'storage.googleapis.com'
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.') || hostname.endsWith('.localhost')
}

/** Undici takes headers flat, as pairs, or as an object, and writes a Host of its own only where none is given. */
type Headers = NonNullable<Dispatcher.DispatchOptions['headers']>

function withHost(headers: Headers | null | undefined, host: string): Headers {
  if (!headers) return { host }
  if (Array.isArray(headers)) return [...headers, 'host', host]
  if (Symbol.iterator in headers) return [...headers, ['host', host]] as Iterable<[string, string]>
  return { ...headers, host }
}
