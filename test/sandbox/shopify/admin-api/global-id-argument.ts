import { GraphQLError } from 'graphql'
import { type GlobalId, parseGid } from '../global-id.ts'

// https://shopify.dev/docs/api/usage/limits#input-array-sizes
const LARGEST_ARRAY = 250

export function readGid(gid: string): GlobalId {
  const parsed = parseGid(gid)
  if (!parsed) throw new GraphQLError(`Invalid global id '${gid}'`, { extensions: { code: 'INVALID_VARIABLE' } })
  return parsed
}

/** The number in a global id of this type. */
export function readIdOf(type: string, gid: string): string {
  const parsed = readGid(gid)
  if (parsed.type !== type) throw new GraphQLError(`Invalid id: ${gid}`, { extensions: { code: 'RESOURCE_NOT_FOUND' } })
  return parsed.id
}

export function requireArraySize(values: readonly unknown[], path: readonly string[]): void {
  if (values.length <= LARGEST_ARRAY) return
  const message = `The input array size of ${values.length} is greater than the maximum allowed of ${LARGEST_ARRAY}.`
  throw new GraphQLError(message, { path, extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } })
}
