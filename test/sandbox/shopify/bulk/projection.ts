import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { notApproved } from '../admin-api/access.ts'
import type { AdminRequest } from '../admin-api/admin-request.ts'
import { remembering, type Write } from './text-memory.ts'

type Read = (value: unknown) => unknown

/** A selection set made into plain functions: graphql-js itself would take a minute over a million customers. */
export interface Projection {
  /** The selected fields of one object as JSON text, connections left out. */
  readonly print: Write
  /** The connections inside, whose nodes become lines of their own. */
  readonly connections: readonly InnerConnection[]
}

export interface InnerConnection {
  readonly list: (source: unknown) => readonly unknown[]
  readonly projection: Projection
}

export interface Compiling {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly request: AdminRequest
}

export function compileProjection(compiling: Compiling, set: SelectionSetNode, type: GraphQLNamedType): Projection {
  const members: Member[] = []
  const connections: InnerConnection[] = []
  for (const { node, definition } of fieldsOf(compiling, set, type)) {
    if (compiling.request.faultyFields.get(`${type.name}.${node.name.value}`) === 'denied')
      throw notApproved(node.name.value)
    const named = getNamedType(definition.type)
    const read = readerOf(compiling, definition, node)
    if (named.name.endsWith('Connection')) connections.push(innerConnection(compiling, node, named, read))
    else
      members.push({
        name: node.alias?.value ?? node.name.value,
        read,
        write: writerOf(compiling, definition.type, node),
      })
  }
  return { print: objectWriter(members), connections }
}

/** The selection under `edges { node { … } }` or `nodes { … }`, with the type of what it selects from. */
export function nodeSelection(
  compiling: Compiling,
  connection: FieldNode,
  type: GraphQLNamedType,
): { set: SelectionSetNode; type: GraphQLNamedType } | null {
  if (!connection.selectionSet) return null
  for (const { node, definition } of fieldsOf(compiling, connection.selectionSet, type)) {
    const named = getNamedType(definition.type)
    if (node.name.value === 'nodes' || node.name.value === 'node') {
      return node.selectionSet ? { set: node.selectionSet, type: named } : null
    }
    if (node.name.value === 'edges') return nodeSelection(compiling, node, named)
  }
  return null
}

interface Member {
  readonly name: string
  readonly read: Read
  readonly write: Write
}

function objectWriter(members: readonly Member[]): Write {
  const heads = members.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  return (source) => {
    let text = ''
    for (let index = 0; index < members.length; index++) {
      const { read, write } = members[index]!
      text += heads[index] + write(read(source))
    }
    return `${text}}`
  }
}

function innerConnection(compiling: Compiling, node: FieldNode, type: GraphQLNamedType, read: Read): InnerConnection {
  const selection = nodeSelection(compiling, node, type)
  if (!selection) throw new Error(`${node.name.value} selects no nodes`)
  return {
    list: (source) => (read(source) as { nodes: readonly unknown[] }).nodes,
    projection: compileProjection(compiling, selection.set, selection.type),
  }
}

function writerOf(compiling: Compiling, type: GraphQLOutputType, node: FieldNode): Write {
  if (isNonNullType(type)) return writerOf(compiling, type.ofType, node)
  if (isListType(type)) {
    const item = writerOf(compiling, type.ofType, node)
    return orNull(remembering((values) => `[${(values as readonly unknown[]).map(item).join(',')}]`))
  }
  if (isLeafType(type) || !node.selectionSet) return orNull(leafWriter(getNamedType(type)))
  return orNull(remembering(compileProjection(compiling, node.selectionSet, type).print))
}

function orNull(write: Write): Write {
  return (value) => (value === null || value === undefined ? 'null' : write(value))
}

/** Text of these types has nothing in it that JSON would escape. */
const PLAIN_SCALARS = new Set(['ID', 'DateTime', 'Decimal', 'UnsignedInt64'])

function leafWriter(type: GraphQLNamedType): Write {
  if (isEnumType(type) || PLAIN_SCALARS.has(type.name)) return (value) => `"${value}"`
  return (value) => JSON.stringify(value)
}

function readerOf(compiling: Compiling, definition: GraphQLField<unknown, unknown>, node: FieldNode): Read {
  const { name, resolve } = definition
  if (!resolve) return (source) => (source as Record<string, unknown>)[name]
  // A bulk operation reads connections to their end, whatever page was asked for.
  const args = { ...getArgumentValues(definition, node), first: Number.POSITIVE_INFINITY, after: null }
  const info = {} as GraphQLResolveInfo
  return (source) => resolve(source, args, compiling.request, info)
}

interface SelectedField {
  readonly node: FieldNode
  readonly definition: GraphQLField<unknown, unknown>
}

function fieldsOf(compiling: Compiling, set: SelectionSetNode, type: GraphQLNamedType): SelectedField[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(compiling, selection.selectionSet, type)
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = compiling.fragments.get(selection.name.value)
      return fragment ? fieldsOf(compiling, fragment.selectionSet, type) : []
    }
    const definition = isObjectType(type) ? type.getFields()[selection.name.value] : undefined
    return definition ? [{ node: selection, definition }] : []
  })
}
