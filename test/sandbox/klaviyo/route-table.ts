import { methodNotAllowed, notFound, Refusal } from './exchange/errors.ts'
import { type OperationName, operationNames, operations } from './operations.ts'

export interface Route {
  readonly operation: OperationName
  readonly params: Readonly<Record<string, string>>
}

interface Pattern {
  readonly operation: OperationName
  readonly method: string
  readonly segments: readonly string[]
}

const patternsByLength = new Map<number, Pattern[]>()
for (const operation of operationNames) {
  const { method, path } = operations[operation]
  const segments = segmentsOf(path)
  const patterns = patternsByLength.get(segments.length) ?? []
  patternsByLength.set(segments.length, [...patterns, { operation, method, segments }])
}

/** Which operation a request asks for. A trailing slash makes no difference. */
export function routeOf(method: string, path: string): Route {
  const segments = segmentsOf(path)
  let knownPath = false
  for (const pattern of patternsByLength.get(segments.length) ?? []) {
    const params = match(pattern.segments, segments)
    if (params === null) continue
    if (pattern.method === method) return { operation: pattern.operation, params }
    knownPath = true
  }
  throw new Refusal([knownPath ? methodNotAllowed(method) : notFound('The requested resource was not found.')])
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const segment = segments[index]!
    if (wanted.startsWith('{')) params[wanted.slice(1, -1)] = decodeURIComponent(segment)
    else if (wanted !== segment) return null
  }
  return params
}
