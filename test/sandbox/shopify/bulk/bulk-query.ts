import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getArgumentValues,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import type { AdminRequest } from '../admin-api/admin-request.ts'
import { companiesListed, companyLocationsListed } from '../admin-api/company-roots.ts'
import { customersListed } from '../admin-api/customer-roots.ts'
import { adminSchema } from '../admin-api/schema.ts'
import { bulkRuleBroken } from './bulk-rules.ts'
import { printedRows } from './printed-rows.ts'
import { type Compiling, compileProjection, nodeSelection } from './projection.ts'
import type { ResultRows } from './result-file.ts'

/** What a bulk query would write, a reason why it may not run, or that it may not see what it asks for. */
export type BulkPlan =
  | { readonly kind: 'rows'; readonly rows: ResultRows }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'denied' }

const lists = { customers: customersListed, companies: companiesListed, companyLocations: companyLocationsListed }

export function planBulkQuery(query: string, groupObjects: boolean, request: AdminRequest): BulkPlan {
  const document = parsed(query)
  if (typeof document === 'string') return { kind: 'refused', reason: document }
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  if (!operation) return { kind: 'refused', reason: 'Bulk query is not valid GraphQL: no operation' }
  const fragments = fragmentsOf(document)
  const reason = bulkRuleBroken({ schema: adminSchema, operation, fragments })
  if (reason) return { kind: 'refused', reason }
  try {
    const rows = rowsOf(operation, fragments, { groupObjects, request })
    rows.lines(0, Math.min(1, rows.count)) // what may not be seen shows on any row
    return { kind: 'rows', rows }
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === 'ACCESS_DENIED') return { kind: 'denied' }
    throw error
  }
}

/** The document, or what is wrong with it. */
function parsed(query: string): DocumentNode | string {
  try {
    const document = parse(query)
    const [error] = validate(adminSchema, document)
    return error ? error.message : document
  } catch (error) {
    return `Bulk query is not valid GraphQL: ${error instanceof Error ? error.message : String(error)}`
  }
}

interface Reading {
  readonly groupObjects: boolean
  readonly request: AdminRequest
}

function rowsOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  { groupObjects, request }: Reading,
): ResultRows {
  const root = operation.selectionSet.selections[0] as FieldNode
  const definition = adminSchema.getQueryType()!.getFields()[root.name.value]!
  const list = lists[root.name.value as keyof typeof lists]
  const compiling: Compiling = { schema: adminSchema, fragments, request }
  const selection = nodeSelection(compiling, root, getNamedType(definition.type))
  if (!list || !selection) throw new Error(`the stand-in has no bulk query over ${root.name.value}`)
  const projection = compileProjection(compiling, selection.set, selection.type)
  return printedRows(list(getArgumentValues(definition, root), request), projection, { groupObjects })
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}
