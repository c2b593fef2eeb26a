import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import { apiVersion } from '#app/shopify.server.ts'
import { tellCall } from '#app/telemetry/facts.ts'
import { type AdminAnswer, type AdminFailure, UnreadableAnswer } from './admin-answer.ts'
import { adminTokenFor, forgetAdminToken } from './admin-token.ts'
import { noteAnsweredVersion } from './answered-version.ts'
import { heldFor, holdCalls } from './call-hold.ts'
import { failureOf } from './http-failure.ts'

const TIMEOUT_MS = 20_000
const DEFAULT_WAIT_MS = 1_000

const cost = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number() }),
})
const graphqlError = z.object({
  message: z.string().catch('no message'),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.object({ code: z.string() }).partial().nullish(),
})
const graphqlBody = z.object({
  data: z.unknown().optional(),
  errors: z.array(graphqlError).optional(),
  extensions: z.object({ cost: cost.optional().catch(undefined) }).optional(),
})
type GraphqlBody = z.infer<typeof graphqlBody>

interface Ask<Data> {
  readonly variables?: Record<string, unknown>
  readonly parse: z.ZodType<Data>
}

/**
 * Sends one request to a shop's Admin API. `parse` validates the answer; data that come with errors are returned
 * with their faults. A token that Shopify refuses is renewed, and the request is sent once more. Shopify's GraphQL client is not used,
 * because it hides the explanation of a refusal.
 */
export async function askAdmin<Data>(shop: ShopDomain, document: string, ask: Ask<Data>): Promise<AdminAnswer<Data>> {
  const heldMs = heldFor(shop)
  if (heldMs > 0) return { kind: 'throttled', retryAfterMs: heldMs }
  return tellCall({ service: 'shopify', operation: () => nameOf(document) }, askNow(shop, document, ask))
}

async function askNow<Data>(shop: ShopDomain, document: string, ask: Ask<Data>): Promise<AdminAnswer<Data>> {
  const answer = await post(shop, JSON.stringify({ query: document, variables: ask.variables ?? {} }))
  return 'kind' in answer ? answer : dataOf(answer, ask.parse)
}

/** Every document that is sent has a name. */
function nameOf(document: string): string {
  return /\b(?:query|mutation) (\w+)/.exec(document)?.[1] ?? 'unnamed'
}

async function post(shop: ShopDomain, question: string): Promise<GraphqlBody | AdminFailure> {
  const token = await adminTokenFor(shop)
  if (typeof token !== 'string') return token
  const answer = await send(shop, token, question)
  if (!('kind' in answer) || answer.kind !== 'unauthorized') return answer
  await forgetAdminToken(shop, token)
  const renewed = await adminTokenFor(shop)
  if (typeof renewed !== 'string') return renewed
  if (renewed === token) return answer
  const again = await send(shop, renewed, question)
  if ('kind' in again && again.kind === 'unauthorized') await forgetAdminToken(shop, renewed)
  return again
}

async function send(shop: ShopDomain, token: string, question: string): Promise<GraphqlBody | AdminFailure> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(`https://${shop}/admin/api/${apiVersion}/graphql.json`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'Lockstep',
        'x-shopify-access-token': token,
      },
      body: question,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = await answer.text()
  } catch {
    return { kind: 'unavailable' } // resets and time-outs
  }
  noteAnsweredVersion(answer.headers)
  if (!answer.ok) {
    const failure = failureOf(answer, text)
    if (failure.kind === 'throttled') holdCalls(shop, failure.retryAfterMs)
    return failure
  }
  return graphqlBody.safeParse(readJson(text)).data ?? { kind: 'unavailable' }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the page of a proxy in between
  }
}

function dataOf<Data>({ data, errors = [], extensions }: GraphqlBody, parse: z.ZodType<Data>): AdminAnswer<Data> {
  const codes = errors.map((error) => error.extensions?.code)
  if (codes.includes('THROTTLED')) return { kind: 'throttled', retryAfterMs: waitFor(extensions?.cost) }
  const parsed = parse.safeParse(data)
  if (parsed.success) {
    const faults = errors.map((error) => ({
      path: error.path ?? [],
      denied: error.extensions?.code === 'ACCESS_DENIED',
    }))
    const pointsAvailable = extensions?.cost?.throttleStatus.currentlyAvailable ?? null
    return { kind: 'answered', data: parsed.data, pointsAvailable, faults }
  }
  if (codes.includes('ACCESS_DENIED')) return { kind: 'access_denied', words: deniedIn(errors) }
  if (codes.includes('INTERNAL_SERVER_ERROR') || codes.includes('TIMEOUT')) return { kind: 'unavailable' }
  if (errors[0]) throw new UnreadableAnswer(`The Admin API refused a document of ours: ${errors[0].message}`)
  throw new UnreadableAnswer('The Admin API answered in another shape than asked for', { cause: parsed.error })
}

/** Names in the path to a record that are not its fields. */
const LISTS: readonly string[] = ['nodes', 'edges', 'node', 'customers']

/** Returns the fields that may not be read, as the document names them. */
function deniedIn(errors: NonNullable<GraphqlBody['errors']>): string {
  const denied = errors.filter((error) => error.extensions?.code === 'ACCESS_DENIED')
  const names = denied.map(({ path }) =>
    path?.filter((step) => typeof step === 'string' && !LISTS.includes(step)).at(-1),
  )
  return [...new Set(names.filter((name) => name !== undefined))].sort().join(', ')
}

// https://shopify.dev/docs/api/usage/limits: points are restored at a steady rate
function waitFor(known: z.infer<typeof cost> | undefined): number {
  if (!known) return DEFAULT_WAIT_MS
  const missing = known.requestedQueryCost - known.throttleStatus.currentlyAvailable
  return Math.max(DEFAULT_WAIT_MS, Math.ceil((missing / known.throttleStatus.restoreRate) * 1000))
}
