import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

const MOST_CONNECTIONS = 5
const DEEPEST = 2

export interface BulkDocument {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** The rule of https://shopify.dev/docs/api/usage/bulk-operations/queries that a query breaks, in words, or null. */
export function bulkRuleBroken(document: BulkDocument): string | null {
  const { operation, schema } = document
  if (operation.operation !== 'query') return 'Bulk queries must be queries.'
  const roots = operation.selectionSet.selections
  if (roots.length !== 1) return 'Bulk queries must have exactly one top-level field.'
  const [root] = roots
  if (root?.kind !== Kind.FIELD) return 'Bulk queries must have exactly one top-level field.'
  if (root.name.value === 'node' || root.name.value === 'nodes') return 'Bulk queries cannot use node or nodes.'
  const connections = connectionsIn(document, root, { parent: schema.getQueryType()!, above: [], inList: false })
  if (connections.length === 0) return 'Bulk queries must contain at least one connection.'
  if (connections.length > MOST_CONNECTIONS) {
    return `Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections.`
  }
  if (connections.some(({ above }) => above.length >= DEEPEST)) {
    return `Bulk queries cannot nest connections more than ${DEEPEST} deep.`
  }
  if (connections.some(({ inList }) => inList)) {
    return 'Queries that contain a connection field within a list field are not currently supported.'
  }
  return parentsWithoutId(connections)
}

/** One connection of the query, and where it stands. */
interface Connection {
  readonly name: string
  /** The connections that it is nested in, the outermost first. */
  readonly above: readonly Connection[]
  /** Whether a list that is no connection lies between it and the connection above. */
  readonly inList: boolean
  /** Whether its nodes select `id` under that name: the lines of their children name them by it. */
  readonly selectsId: boolean
}

interface Place {
  readonly parent: GraphQLNamedType
  readonly above: readonly Connection[]
  readonly inList: boolean
}

/** The words are Shopify's, as apps have met them. */
function parentsWithoutId(connections: readonly Connection[]): string | null {
  const parents = new Set(connections.flatMap(({ above }) => above.at(-1) ?? []))
  const names = [...parents].filter(({ selectsId }) => !selectsId).map(({ name }) => name)
  if (names.length === 0) return null
  const rule =
    "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type."
  return `${rule} Connection fields without 'id': ${names.join(', ')}.`
}

function connectionsIn(document: BulkDocument, field: FieldNode, { parent, above, inList }: Place): Connection[] {
  const definition = isObjectType(parent) ? parent.getFields()[field.name.value] : undefined
  if (!definition) return []
  const type = getNamedType(definition.type)
  const inside = fieldsIn(document, field.selectionSet)
  if (!type.name.endsWith('Connection')) {
    const isList = isListType(getNullableType(definition.type))
    return inside.flatMap((one) => connectionsIn(document, one, { parent: type, above, inList: inList || isList }))
  }
  const nodes = inside.flatMap((one) => (one.name.value === 'edges' ? fieldsIn(document, one.selectionSet) : [one]))
  const selected = nodes
    .filter(({ name }) => name.value === 'node' || name.value === 'nodes')
    .flatMap((one) => fieldsIn(document, one.selectionSet))
  const selectsId = selected.some(({ name, alias }) => name.value === 'id' && (alias?.value ?? 'id') === 'id')
  const connection: Connection = { name: field.name.value, above, inList, selectsId }
  const place = { parent: nodeTypeOf(type), above: [...above, connection], inList: false }
  return [connection, ...selected.flatMap((one) => connectionsIn(document, one, place))]
}

function nodeTypeOf(connection: GraphQLNamedType): GraphQLNamedType {
  const nodes = isObjectType(connection) ? (connection.getFields().nodes ?? connection.getFields().edges) : undefined
  if (!nodes) throw new Error(`${connection.name} has no nodes`)
  const type = getNamedType(nodes.type)
  return nodes.name === 'edges' && isObjectType(type) ? getNamedType(type.getFields().node!.type) : type
}

function fieldsIn(document: BulkDocument, set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsIn(document, selection.selectionSet)
    return fieldsIn(document, document.fragments.get(selection.name.value)?.selectionSet)
  })
}
