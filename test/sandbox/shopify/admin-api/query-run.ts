import { type ExecutionResult, execute, GraphQLError, getVariableValues, type OperationDefinitionNode } from 'graphql'
import { denyingResolver } from './access.ts'
import type { AdminRequest } from './admin-request.ts'
import { bulkRoots } from './bulk-roots.ts'
import { companyRoots } from './company-roots.ts'
import { customerRoots } from './customer-roots.ts'
import { shopifyWords } from './error-words.ts'
import { flowRoots } from './flow-roots.ts'
import { nodeRoots } from './node-roots.ts'
import type { PointsBucket, ThrottleStatus } from './points-bucket.ts'
import type { PreparedQuery } from './prepared-query.ts'
import { actualCost, requestedCost } from './query-cost.ts'
import { adminSchema } from './schema.ts'
import { shopRoots } from './shop-roots.ts'

export interface QueryAnswer {
  readonly body: object
  readonly requestedCost: number | null
  readonly actualCost: number | null
  readonly throttled: boolean
}

export interface QueryRun {
  readonly prepared: Extract<PreparedQuery, { kind: 'valid' }>
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly request: AdminRequest
  /** Shopify says no although there are points. */
  readonly throttle: boolean
}

const rootValue = { ...customerRoots, ...shopRoots, ...companyRoots, ...bulkRoots, ...nodeRoots, ...flowRoots }

const LIMITS_PAGE = 'https://shopify.dev/api/usage/rate-limits'
const MOST_POINTS = 1000

/** Charges the query and runs it. Every answer, a throttled one too, is HTTP 200. */
export function runQuery(run: QueryRun): QueryAnswer {
  const coerced = getVariableValues(adminSchema, run.operation.variableDefinitions ?? [], { ...run.variables })
  if (coerced.errors) return unpriced({ errors: coerced.errors.map(shopifyWords) })
  const costing = { schema: adminSchema, fragments: run.prepared.fragments, variables: coerced.coerced }
  const asked = requestedCost(costing, run.operation)
  if (asked > MOST_POINTS) return unpriced({ errors: [tooExpensive(asked)] })
  const { points } = run.request.shop
  if (run.throttle || !points.take(asked)) return throttled(asked, points.status())

  const result = executed(run)
  const used = Math.min(asked, actualCost(costing, run.operation, result.data))
  points.giveBack(asked - used)
  return {
    body: bodyOf(result, run.request, { asked, used, points }),
    requestedCost: asked,
    actualCost: used,
    throttled: false,
  }
}

function executed({ prepared, operation, variables, request }: QueryRun): ExecutionResult {
  const result = execute({
    schema: adminSchema,
    document: prepared.document,
    rootValue,
    contextValue: request,
    variableValues: variables,
    operationName: operation.name?.value ?? null,
    ...(request.faultyFields.size > 0 && { fieldResolver: denyingResolver }),
  })
  if (result instanceof Promise) throw new Error('a resolver of the stand-in is asynchronous')
  return result
}

interface Charge {
  readonly asked: number
  readonly used: number
  readonly points: PointsBucket
}

function bodyOf(result: ExecutionResult, request: AdminRequest, { asked, used, points }: Charge): object {
  const cost = { requestedQueryCost: asked, actualQueryCost: used, throttleStatus: points.status() }
  const search = request.searchWarnings.length > 0 ? { search: request.searchWarnings } : {}
  const errors = result.errors && { errors: result.errors.map(errorOf) }
  return { ...(result.data !== undefined && { data: result.data }), ...errors, extensions: { cost, ...search } }
}

function errorOf(error: GraphQLError): object {
  // What a resolver did not mean to throw is a fault of the stand-in, not of the shop.
  if (error.originalError && !(error.originalError instanceof GraphQLError)) throw error.originalError
  return error.toJSON()
}

function throttled(asked: number, throttleStatus: ThrottleStatus): QueryAnswer {
  const cost = { requestedQueryCost: asked, actualQueryCost: null, throttleStatus }
  const error = { message: 'Throttled', extensions: { code: 'THROTTLED', documentation: LIMITS_PAGE } }
  return { body: { errors: [error], extensions: { cost } }, requestedCost: asked, actualCost: null, throttled: true }
}

function tooExpensive(cost: number): object {
  const message = `Query cost is ${cost}, which exceeds the single query max cost limit (${MOST_POINTS}).`
  return { message, extensions: { code: 'MAX_COST_EXCEEDED', cost, maxCost: MOST_POINTS, documentation: LIMITS_PAGE } }
}

function unpriced(body: object): QueryAnswer {
  return { body, requestedCost: null, actualCost: null, throttled: false }
}
