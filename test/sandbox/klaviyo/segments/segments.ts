import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf } from '../exchange/data.ts'
import { answerAll, answerOne, answerPage } from '../exchange/documents.ts'
import { invalid, notFound, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { PAGE_OF_LISTS, pageOf } from '../exchange/page.ts'
import { additionalFields, sparseAttributes } from '../exchange/sparse-fields.ts'
import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import type { SegmentRecord } from './segment-book.ts'

export const segmentHandlers = {
  get_segments: listSegments,
  create_segment: createSegment,
  get_segment: getSegment,
  get_profiles_for_segment: listSegmentProfiles,
} satisfies Handlers

function listSegments(call: Call): Answer {
  const conditions = parseFilter(call.query.get('filter'), ['id', 'name'])
  const segments = call.account.parts.segments
    .all()
    .filter((segment) =>
      conditions.every(({ field, values }) => values.includes(field === 'id' ? segment.id : segment.name)),
    )
  const page = pageOf(call, segments, (segment) => segment.id, PAGE_OF_LISTS)
  return answerPage(page, (segment) => segmentDocument(call, segment))
}

function createSegment(call: Call): Answer {
  const { attributes } = dataOf(call, 'segment')
  const name = valueAt(attributes, 'name')
  if (typeof name !== 'string' || name === '')
    throw new Refusal([invalid('A name is required.', '/data/attributes/name')])
  const definition = valueAt(attributes, 'definition')
  const segment = call.account.parts.segments.create(name, isJsonObject(definition) ? definition : null, call.now)
  return answerOne(call, segmentDocument(call, segment), 201)
}

function getSegment(call: Call): Answer {
  const counted = additionalFields(call, 'segment').includes('profile_count')
  return answerOne(call, segmentDocument(call, segmentOf(call), counted ? { profile_count: 0 } : {}))
}

function listSegmentProfiles(call: Call): Answer {
  segmentOf(call)
  return answerAll(call, [])
}

function segmentOf(call: Call): SegmentRecord {
  const id = call.params.id ?? ''
  const segment = call.account.parts.segments.find(id)
  if (segment === undefined) throw new Refusal([notFound(`A segment with id ${id} does not exist.`)])
  return segment
}

function segmentDocument(call: Call, segment: SegmentRecord, extra: JsonObject = {}): JsonObject {
  const path = `/api/segments/${segment.id}`
  const relation = (name: string) => ({ links: relationLinks(call, path, name) })
  const attributes = {
    name: segment.name,
    definition: segment.definition,
    created: segment.created,
    updated: segment.created,
    is_active: true,
    is_processing: false,
    is_starred: false,
  }
  return {
    type: 'segment',
    id: segment.id,
    attributes: { ...sparseAttributes(call, 'segment', attributes), ...extra },
    relationships: {
      profiles: relation('profiles'),
      tags: relation('tags'),
      'flow-triggers': relation('flow-triggers'),
    },
    links: resourceLink(call, path),
  }
}
