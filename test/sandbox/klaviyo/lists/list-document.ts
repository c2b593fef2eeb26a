import type { Call } from '../exchange/call.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import type { JsonObject } from '../json.ts'
import type { ListRecord } from './list-book.ts'

export function listDocument(call: Call, list: ListRecord, extra: JsonObject = {}): JsonObject {
  const path = `/api/lists/${list.id}`
  const relation = (name: string) => ({ links: relationLinks(call, path, name) })
  const attributes = {
    name: list.name,
    created: list.created,
    updated: list.updated,
    opt_in_process: list.optInProcess,
  }
  return {
    type: 'list',
    id: list.id,
    attributes: { ...sparseAttributes(call, 'list', attributes), ...extra },
    relationships: {
      profiles: relation('profiles'),
      tags: relation('tags'),
      'flow-triggers': relation('flow-triggers'),
    },
    links: resourceLink(call, path),
  }
}
