import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import type { Call } from './call.ts'
import { invalid, malformed, Refusal } from './errors.ts'

/** The request's `data`, an object of the given type. */
export function dataOf(call: Call, type: string): JsonObject {
  const data = valueAt(call.body, 'data')
  if (!isJsonObject(data)) throw new Refusal([malformed])
  if (data.type !== type) throw new Refusal([invalid(`'type' must be '${type}'.`, '/data/type')])
  return data
}

/** A list somewhere in the request, such as that of the profiles. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = valueAt(value, ...path)
  if (!Array.isArray(list)) throw new Refusal([malformed])
  return list
}

/** The ids in a relationship or in a list of members: `[{type, id}]`. */
export function idsOf(list: readonly unknown[]): readonly string[] {
  return list.map((entry) => {
    const id = valueAt(entry, 'id')
    if (typeof id !== 'string') throw new Refusal([malformed])
    return id
  })
}
