import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'

const MOST_CONNECTIONS = 5
const DEEPEST = 2

/** The rule of https://shopify.dev/docs/api/usage/bulk-operations/queries that a query breaks, in words, or null. */
export function bulkRuleBroken(operation: OperationDefinitionNode): string | null {
  if (operation.operation !== 'query') return 'Bulk queries must be queries.'
  const roots = operation.selectionSet.selections
  if (roots.length !== 1) return 'Bulk queries must have exactly one top-level field.'
  const [root] = roots
  if (root?.kind !== Kind.FIELD) return 'Bulk queries must have exactly one top-level field.'
  if (root.name.value === 'node' || root.name.value === 'nodes') return 'Bulk queries cannot use node or nodes.'
  const depths = connectionDepths(root, 0)
  if (depths.length === 0) return 'Bulk queries must contain at least one connection.'
  if (depths.length > MOST_CONNECTIONS) return `Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections.`
  if (depths.some((depth) => depth > DEEPEST)) return `Bulk queries cannot nest connections more than ${DEEPEST} deep.`
  return null
}

/** How deep each connection lies, seen by the `edges` or `nodes` it selects; the outermost is 1. */
function connectionDepths(field: FieldNode, depth: number): number[] {
  const selected = fieldsIn(field.selectionSet)
  const isConnection = selected.some(({ name }) => name.value === 'edges' || name.value === 'nodes')
  const here = isConnection ? depth + 1 : depth
  return [...(isConnection ? [here] : []), ...selected.flatMap((inner) => connectionDepths(inner, here))]
}

function fieldsIn(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsIn(selection.selectionSet) : []
  })
}
