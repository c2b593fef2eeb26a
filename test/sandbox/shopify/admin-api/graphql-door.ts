import { randomUUID } from 'node:crypto'
import type { BulkAccess } from '../bulk/bulk-access.ts'
import { withOddRecords } from '../customers/odd-record.ts'
import { failAfter, failBefore } from '../door-faults.ts'
import { answerJson, type Exchange, jsonBody } from '../exchange.ts'
import type { Chance, ShopifyFaults } from '../faults.ts'
import type { RequestLog } from '../request-log.ts'
import { hiddenMetafields } from '../shop/metafield-definition.ts'
import type { Shop } from '../shop/shop.ts'
import type { AccessToken } from '../tokens/token-book.ts'
import type { AdminRequest } from './admin-request.ts'
import { nameOf, operationOf, prepareQuery } from './prepared-query.ts'
import { type QueryAnswer, runQuery } from './query-run.ts'

export interface GraphqlDoor {
  readonly apiKey: string
  readonly now: () => number
  readonly faults: ShopifyFaults
  readonly log: RequestLog
  readonly bulkAccess: BulkAccess
}

/** The version every request is answered in: an unknown one falls forward. */
const API_VERSION = '2026-10'
const UNAUTHORIZED = '[API] Invalid API key or access token (unrecognized login or wrong password)'

interface Question {
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | null
}

/** `POST /admin/api/{version}/graphql.json`. */
export async function answerGraphql(door: GraphqlDoor, shop: Shop, exchange: Exchange): Promise<void> {
  const question = questionIn(exchange)
  const operations = [operationName(question)]
  const chance: Chance = { shop: shop.domain, door: 'graphql', operations }
  const token = tokenIn(door, shop, exchange)
  const failed = await failBefore(exchange, door.faults, chance)
  const outcome = failed === null ? answered(door, shop, exchange, { question, token, chance }) : { status: failed }
  door.log.add({
    requestedCost: null,
    actualCost: null,
    throttled: false,
    ...outcome,
    at: door.now(),
    door: 'graphql',
    host: exchange.host,
    path: exchange.url.pathname,
    operations,
    tokenShop: token ? shop.domain : null,
    leaked: false,
  })
}

interface Admitted {
  readonly question: Question | null
  readonly token: AccessToken | null
  readonly chance: Chance
}

type Outcome = { readonly status: number } & Partial<Omit<QueryAnswer, 'body'>>

function answered(door: GraphqlDoor, shop: Shop, exchange: Exchange, { question, token, chance }: Admitted): Outcome {
  const version = door.faults.strike('version-retired', chance)?.answeredIn ?? API_VERSION
  const headers = { 'x-request-id': randomUUID(), 'x-shopify-api-version': version }
  if (!token) {
    answerJson(exchange, 401, { errors: UNAUTHORIZED }, headers)
    return { status: 401 }
  }
  if (!question) {
    answerJson(exchange, 400, { errors: { query: 'Required parameter missing or invalid' } }, headers)
    return { status: 400 }
  }
  const { body, ...costs } = queryAnswer(door, adminRequest(door, shop, token, chance), question, chance)
  if (failAfter(exchange, door.faults, chance)) return { status: 0, ...costs }
  const odd = door.faults.oddRecords(shop.domain, 'live')
  const oddPart = door.faults.strike('odd-answer', chance)
  const sound = odd.size > 0 ? withOddRecords(body, odd) : body
  answerJson(exchange, 200, oddPart ? withPart(sound, ['data', ...oddPart.path], oddPart.value) : sound, headers)
  return { status: 200, ...costs }
}

/** A copy with something else at a path. */
function withPart(body: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value
  const copy = (Array.isArray(body) ? [...body] : { ...(body as object) }) as Record<string | number, unknown>
  copy[step] = withPart(copy[step], rest, value)
  return copy
}

function queryAnswer(door: GraphqlDoor, request: AdminRequest, question: Question, chance: Chance): QueryAnswer {
  const prepared = prepareQuery(question.text)
  const refused = (errors: readonly object[]) => ({
    body: { errors },
    requestedCost: null,
    actualCost: null,
    throttled: false,
  })
  if (prepared.kind === 'invalid') return refused(prepared.errors)
  const operation = operationOf(prepared.document, question.operationName)
  if (!operation) return refused([{ message: 'An operation name is required' }])
  const throttle = door.faults.strike('throttled', chance) !== null
  return runQuery({ prepared, operation, variables: question.variables, request, throttle })
}

function adminRequest(door: GraphqlDoor, shop: Shop, token: AccessToken, chance: Chance): AdminRequest {
  return {
    shop,
    apiKey: door.apiKey,
    scopes: token.scopes,
    readCustomer: (id) => shop.replica.read(id),
    hiddenMetafields: hiddenMetafields(shop.metafieldDefinitions),
    faultyFields: new Map([
      ...(door.faults.strike('field-denied', chance)?.fields ?? []).map((field) => [field, 'denied'] as const),
      ...(door.faults.strike('field-failed', chance)?.fields ?? []).map((field) => [field, 'failed'] as const),
    ]),
    bulkStarted: () => door.bulkAccess.use(),
    bulkRefused: () => door.faults.strike('bulk-refused', chance)?.how ?? (door.bulkAccess.isEnabled ? null : 'errors'),
    flowRefused: () => door.faults.strike('flow-refused', chance)?.words ?? null,
    searchWarnings: [],
  }
}

function tokenIn(door: GraphqlDoor, shop: Shop, { request }: Exchange): AccessToken | null {
  const header = request.headers['x-shopify-access-token']
  if (typeof header !== 'string') return null
  if (shop.tokens.find(header) && door.faults.strike('token-revoked', { shop: shop.domain })) shop.tokens.revoke(header)
  return shop.tokens.find(header)
}

function questionIn(exchange: Exchange): Question | null {
  const body = jsonBody(exchange)
  if (typeof body?.query !== 'string') return null
  const variables = (body.variables ?? {}) as Readonly<Record<string, unknown>>
  return {
    text: body.query,
    variables,
    operationName: typeof body.operationName === 'string' ? body.operationName : null,
  }
}

function operationName(question: Question | null): string {
  if (!question) return 'unknown'
  const prepared = prepareQuery(question.text)
  return prepared.kind === 'invalid' ? 'invalid' : nameOf(operationOf(prepared.document, question.operationName))
}
