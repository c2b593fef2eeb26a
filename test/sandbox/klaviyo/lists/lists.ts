import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf } from '../exchange/data.ts'
import { answerOne, answerPage } from '../exchange/documents.ts'
import { invalid, notFound, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { PAGE_OF_LISTS, pageOf } from '../exchange/page.ts'
import { additionalFields, includesOf } from '../exchange/sparse-fields.ts'
import { isoInstant } from '../instant.ts'
import { type JsonObject, valueAt } from '../json.ts'
import type { ListRecord, OptInProcess } from './list-book.ts'
import { listDocument } from './list-document.ts'

export const listHandlers = {
  get_lists: listLists,
  get_list: getList,
  create_list: createList,
  update_list: updateList,
  delete_list: deleteList,
} satisfies Handlers

function listLists(call: Call): Answer {
  includesOf(call, ['flow-triggers', 'tags'])
  const conditions = parseFilter(call.query.get('filter'), ['id', 'name'])
  const found = call.account.lists.filter((list) =>
    conditions.every(({ field, values }) => values.includes(field === 'id' ? list.id : list.name)),
  )
  const page = pageOf(call, found, (list) => list.id, PAGE_OF_LISTS)
  return answerPage(page, (list) => listDocument(call, list))
}

function getList(call: Call): Answer {
  const list = listInPath(call)
  const counted = additionalFields(call, 'list').includes('profile_count')
  return answerOne(call, listDocument(call, list, counted ? { profile_count: list.members.size } : {}))
}

function createList(call: Call): Answer {
  const data = dataOf(call, 'list')
  const name = nameIn(data)
  if (name === undefined) throw new Refusal([invalid('A name is required.', '/data/attributes/name')])
  // Recorded: a list made without saying has the account's default, and that is double opt-in unless changed.
  const list = call.account.addList(name, optInProcessIn(data) ?? 'double_opt_in')
  return answerOne(call, listDocument(call, list), 201)
}

function updateList(call: Call): Answer {
  const list = listInPath(call)
  const data = dataOf(call, 'list')
  list.name = nameIn(data) ?? list.name
  list.optInProcess = optInProcessIn(data) ?? list.optInProcess
  list.updated = isoInstant(call.now)
  return answerOne(call, listDocument(call, list))
}

function deleteList(call: Call): Answer {
  const { lists, store } = call.account.parts
  lists.delete(listInPath(call), (id) => store.byId(id))
  return { status: 204 }
}

export function listInPath(call: Call): ListRecord {
  const id = call.params.id ?? ''
  const list = call.account.parts.lists.find(id)
  if (list === undefined) throw new Refusal([notFound(`A list with id ${id} does not exist.`)])
  return list
}

function nameIn(data: JsonObject): string | undefined {
  const name = valueAt(data, 'attributes', 'name')
  return typeof name === 'string' && name !== '' ? name : undefined
}

function optInProcessIn(data: JsonObject): OptInProcess | undefined {
  const process = valueAt(data, 'attributes', 'opt_in_process') ?? undefined
  if (process === undefined || process === 'single_opt_in' || process === 'double_opt_in') return process
  throw new Refusal([invalid('Not a valid opt-in process.', '/data/attributes/opt_in_process')])
}
