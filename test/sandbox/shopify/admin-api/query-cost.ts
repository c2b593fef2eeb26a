import type { FragmentDefinitionNode } from 'graphql'
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

type Variables = Readonly<Record<string, unknown>>

interface Reading {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Variables
}

/** A mutation costs 10, whatever it returns. https://shopify.dev/docs/api/usage/limits */
const MUTATION_POINTS = 10

/**
 * What a query is charged before it runs: scalars 0, an object 1, a connection by `first` or `last`, `nodes` by
 * the ids asked for. Edges and page info are not counted (reference, section 4).
 */
export function requestedCost(reading: Reading, operation: OperationDefinitionNode): number {
  if (operation.operation === 'mutation') return MUTATION_POINTS * rootsOf(reading, operation).length
  return rootsOf(reading, operation).reduce((sum, field) => sum + expected(reading, field), 0)
}

/** What the answer turned out to hold, by the same rules. */
export function actualCost(reading: Reading, operation: OperationDefinitionNode, data: unknown): number {
  if (operation.operation === 'mutation') return MUTATION_POINTS * rootsOf(reading, operation).length
  return rootsOf(reading, operation).reduce((sum, field) => sum + held(reading, field, valueIn(data, field)), 0)
}

interface CostedField {
  readonly node: FieldNode
  readonly definition: GraphQLField<unknown, unknown>
  readonly type: GraphQLNamedType
}

function rootsOf(reading: Reading, operation: OperationDefinitionNode): CostedField[] {
  const root = reading.schema.getRootType(operation.operation)
  return root ? fieldsOf(reading, operation.selectionSet, root) : []
}

function expected(reading: Reading, field: CostedField): number {
  if (isLeafType(field.type) || !field.node.selectionSet) return 0
  const children = fieldsOf(reading, field.node.selectionSet, field.type)
  const inside = children.reduce((sum, child) => sum + expected(reading, child), 0)
  if (isConnection(field.type)) return sizeOf(reading, field) * inside
  if (isWrapper(field.type)) return inside
  if (field.definition.name === 'nodes' && isInterfaceType(field.type)) return 1 + sizeOf(reading, field) * (1 + inside)
  return 1 + inside
}

function held(reading: Reading, field: CostedField, value: unknown): number {
  if (value === null || value === undefined || isLeafType(field.type) || !field.node.selectionSet) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + held(reading, field, item), 0)
  const children = fieldsOf(reading, field.node.selectionSet, field.type)
  const inside = children.reduce((sum, child) => sum + held(reading, child, valueIn(value, child)), 0)
  return isConnection(field.type) || isWrapper(field.type) ? inside : 1 + inside
}

function sizeOf(reading: Reading, field: CostedField): number {
  const args = getArgumentValues(field.definition, field.node, { ...reading.variables })
  if (Array.isArray(args.ids)) return args.ids.length
  return Number(args.first ?? args.last ?? 0)
}

function fieldsOf(reading: Reading, selectionSet: SelectionSetNode, type: GraphQLNamedType): CostedField[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrowed = selection.typeCondition ? reading.schema.getType(selection.typeCondition.name.value) : type
      return narrowed ? fieldsOf(reading, selection.selectionSet, narrowed) : []
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = reading.fragments.get(selection.name.value)
      const narrowed = fragment && reading.schema.getType(fragment.typeCondition.name.value)
      return fragment && narrowed ? fieldsOf(reading, fragment.selectionSet, narrowed) : []
    }
    const definition = fieldOf(type, selection)
    return definition ? [{ node: selection, definition, type: getNamedType(definition.type) }] : []
  })
}

function fieldOf(type: GraphQLNamedType, node: FieldNode): GraphQLField<unknown, unknown> | undefined {
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined
  return (type as GraphQLObjectType).getFields()[node.name.value]
}

function valueIn(data: unknown, { node }: CostedField): unknown {
  return (data as Record<string, unknown> | null | undefined)?.[node.alias?.value ?? node.name.value]
}

function isConnection(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Connection')
}

function isWrapper(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Edge') || type.name === 'PageInfo'
}
