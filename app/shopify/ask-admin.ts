import { GraphqlQueryError, HttpResponseError, HttpThrottlingError } from '@shopify/shopify-api'
import { SessionNotFoundError } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import { unauthenticated } from '#app/shopify.server.ts'
import type { AdminAnswer } from './admin-answer.ts'

const TIMEOUT_MS = 20_000
const WAIT_WHEN_UNTOLD_MS = 1_000

const cost = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number() }),
})
const graphqlFault = z.object({
  graphQLErrors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).nullish(),
        extensions: z.object({ code: z.string() }).partial().optional(),
      }),
    )
    .optional(),
})
const body = z.object({ data: z.unknown(), extensions: z.object({ cost: cost.optional() }).optional() })

/**
 * Asks a shop's Admin API one thing, with the offline token. `parse` is what the answer must look like; data that come
 * with errors beside them are taken with their faults.
 */
export async function askAdmin<Data>(
  shop: ShopDomain,
  document: string,
  ask: { variables?: Record<string, unknown>; parse: z.ZodType<Data> },
): Promise<AdminAnswer<Data>> {
  try {
    const { admin } = await unauthenticated.admin(shop)
    const answer = await admin.graphql(document, {
      variables: ask.variables ?? {},
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return answered(await answer.json(), ask.parse)
  } catch (error) {
    if (error instanceof GraphqlQueryError) return graphqlAnswer(error, ask.parse)
    return failureAnswer(error)
  }
}

function answered<Data>(raw: unknown, parse: z.ZodType<Data>): AdminAnswer<Data> {
  const { data, extensions } = body.parse(raw)
  const pointsAvailable = extensions?.cost?.throttleStatus.currentlyAvailable ?? null
  return { kind: 'answered', data: parse.parse(data), pointsAvailable, faults: [] }
}

/** The library throws on any error in a GraphQL answer, also on one that still holds the data. */
function graphqlAnswer<Data>(error: GraphqlQueryError, parse: z.ZodType<Data>): AdminAnswer<Data> {
  const raw = error.body as { data?: unknown; errors?: unknown; extensions?: unknown } | undefined
  const errors = graphqlFault.safeParse(raw?.errors).data?.graphQLErrors ?? []
  const codes = errors.map((fault) => fault.extensions?.code)
  if (codes.includes('THROTTLED')) return { kind: 'throttled', retryAfterMs: waitFor(raw?.extensions) }
  const partial = parse.safeParse(raw?.data)
  if (partial.success) {
    const faults = errors.map(({ path, extensions }) => ({
      path: path ?? [],
      denied: extensions?.code === 'ACCESS_DENIED',
    }))
    return { kind: 'answered', data: partial.data, pointsAvailable: null, faults }
  }
  if (codes.includes('ACCESS_DENIED')) return { kind: 'unauthorized' }
  if (codes.includes('INTERNAL_SERVER_ERROR') || codes.includes('TIMEOUT')) return { kind: 'unavailable' }
  throw new Error(`The Admin API refused a document of ours: ${error.message}`, { cause: error })
}

// https://shopify.dev/docs/api/usage/limits: points come back at a steady rate
function waitFor(extensions: unknown): number {
  const known = z.object({ cost }).safeParse(extensions).data?.cost
  if (!known) return WAIT_WHEN_UNTOLD_MS
  const missing = known.requestedQueryCost - known.throttleStatus.currentlyAvailable
  return Math.max(WAIT_WHEN_UNTOLD_MS, Math.ceil((missing / known.throttleStatus.restoreRate) * 1000))
}

function failureAnswer<Data>(error: unknown): AdminAnswer<Data> {
  if (error instanceof SessionNotFoundError) return { kind: 'unauthorized' }
  // A refused token refresh comes as a thrown Response; its cause is not told. A dead refresh token is mended by a visit only.
  if (error instanceof Response) return { kind: error.status === 500 ? 'unauthorized' : 'unavailable' }
  if (error instanceof HttpThrottlingError) {
    const seconds = Number(error.response.retryAfter)
    return {
      kind: 'throttled',
      retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : WAIT_WHEN_UNTOLD_MS,
    }
  }
  if (error instanceof HttpResponseError && [401, 402, 403, 404, 423].includes(error.response.code)) {
    return { kind: 'unauthorized' }
  }
  if (error instanceof z.ZodError)
    throw new Error('The Admin API answered in another shape than asked for', { cause: error })
  // What is left is the network: resets, time-outs, 5xx, answers that are no JSON.
  return { kind: 'unavailable' }
}
