import { gidOf } from '../global-id.ts'
import type { Projection } from './projection.ts'
import type { ResultRows } from './result-file.ts'

/**
 * Rows as JSONL. Without grouping the children of a stretch of parents come after all of them, as they may in
 * life: whoever joins them by neighbourhood is wrong (reference, section 3.1).
 */
export function printedRows(
  rows: readonly unknown[],
  projection: Projection,
  { groupObjects }: { readonly groupObjects: boolean },
): ResultRows {
  return {
    count: rows.length,
    lines(from, to) {
      const parents: string[] = []
      const children: string[] = []
      for (const row of rows.slice(from, to)) {
        parents.push(projection.print(row))
        if (projection.connections.length > 0) appendChildren(row, projection, groupObjects ? parents : children)
      }
      return children.length === 0 ? parents : [...parents, ...children]
    },
  }
}

function appendChildren(source: unknown, projection: Projection, lines: string[]): void {
  const parentId = JSON.stringify(globalIdOf(source))
  for (const connection of projection.connections) {
    for (const child of connection.list(source)) {
      lines.push(`${connection.projection.print(child).slice(0, -1)},"__parentId":${parentId}}`)
      appendChildren(child, connection.projection, lines)
    }
  }
}

function globalIdOf(source: unknown): string {
  const { id } = source as { id: string }
  return id.startsWith('gid:') ? id : gidOf('Customer', id)
}
