import { isJsonObject, type JsonObject } from '../json.ts'
import type { Call } from './call.ts'
import { invalidParameter, Refusal } from './errors.ts'

/** Keeps of a resource's attributes what `fields[type]` asks for; without it, everything. Knows dots: `location.city`. */
export function sparseAttributes(call: Call, type: string, attributes: JsonObject): JsonObject {
  const asked = call.query.get(`fields[${type}]`)
  if (asked === null) return attributes
  const kept: JsonObject = {}
  for (const field of asked.split(',').map((name) => name.trim())) keepField(kept, attributes, field, type)
  return kept
}

function keepField(kept: JsonObject, attributes: JsonObject, field: string, type: string): void {
  if (field === 'id' || field === '') return
  const [outer = '', inner] = field.split('.')
  if (!(outer in attributes)) {
    throw new Refusal([
      invalidParameter(`'${field}' is not a valid field for the resource '${type}'.`, `fields_${type}`),
    ])
  }
  const value = attributes[outer]
  if (inner === undefined || !isJsonObject(value)) kept[outer] = value
  else kept[outer] = { ...(isJsonObject(kept[outer]) ? kept[outer] : {}), [inner]: value[inner] }
}

/** What `additional-fields[type]` asks for. */
export function additionalFields(call: Call, type: string): readonly string[] {
  return (call.query.get(`additional-fields[${type}]`) ?? '').split(',').filter((name) => name !== '')
}

/** What `include` asks for, all of it allowed here. */
export function includesOf(call: Call, allowed: readonly string[]): readonly string[] {
  const asked = (call.query.get('include') ?? '').split(',').filter((name) => name !== '')
  const stranger = asked.find((name) => !allowed.includes(name))
  if (stranger === undefined) return asked
  const detail = `'${stranger}' is not an allowed include parameter for this resource.`
  throw new Refusal([invalidParameter(detail, 'include')])
}
