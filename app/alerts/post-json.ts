import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** How a receiver answered. */
export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unanswered' }
  /** The host is not on the public internet: nothing was sent. */
  | { readonly kind: 'private_address' }

/** A receiver that hangs is given up after this time, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Posts JSON to an address that a merchant chose. Where `allowsPrivate` is false, nothing is sent to a host that is not on the public
 * internet: that is checked on the addresses which are then connected to, so that a name cannot resolve to others in between. A redirect is
 * not followed, and the body of the answer is not read.
 */
export function postJson(
  url: URL,
  body: string,
  { headers = {}, allowsPrivate }: { headers?: Readonly<Record<string, string>>; allowsPrivate: boolean },
): Promise<PostAnswer> {
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowsPrivate && isIP(literal) !== 0 && !isPublicAddress(literal)) {
    return Promise.resolve({ kind: 'private_address' })
  }
  const request = url.protocol === 'http:' ? requestPlain : requestSecure
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
      agent: false,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(!allowsPrivate && { lookup: lookupPublic as LookupFunction }),
    })
    sent.on('response', (answer) => {
      answer.on('error', () => {})
      answer.destroy()
      resolve({ kind: 'answered', status: answer.statusCode ?? 0 })
    })
    sent.on('error', (error) => resolve({ kind: error instanceof PrivateAddress ? 'private_address' : 'unanswered' }))
    // Some connections end without either, for example when the receiver asks to speak another protocol.
    sent.on('close', () => resolve({ kind: 'unanswered' }))
    sent.end(body)
  })
}

class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress'
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Resolves a name as Node does. Fails if any of its addresses is not public: which one is connected to is not known yet. */
function lookupPublic(name: string, options: LookupOptions, found: Found): void {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0]
    if (error || !first) return found(error ?? new Error('The name has no address.'), [])
    if (!addresses.every(({ address }) => isPublicAddress(address))) return found(new PrivateAddress(), [])
    if (options.all) found(null, addresses)
    else found(null, first.address, first.family)
  })
}
