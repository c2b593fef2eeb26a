import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf, listAt } from '../exchange/data.ts'
import { answerOne, answerPage } from '../exchange/documents.ts'
import { type ApiError, invalid, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { type PageSizes, pageOf } from '../exchange/page.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import { isoInstant } from '../instant.ts'
import { type JsonObject, valueAt } from '../json.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'
import { PHONE_IGNORED } from '../profiles/profile-writes.ts'
import type { EventRecord } from './event-ledger.ts'
import { newEvent, profileOfEvent, readEvent, type SentEvent } from './new-event.ts'

export const eventHandlers = {
  create_event: createEvent,
  bulk_create_events: createEvents,
  get_events: listEvents,
  get_event: getEvent,
} satisfies Handlers

const PAGE_OF_EVENTS: PageSizes = { standard: 200, most: 1_000 }
// "Accepts up to 1,000 events per request." (bulk_create_events)
const MAX_EVENTS_PER_JOB = 1_000
const EVENTS = '/data/attributes/events-bulk-create/data'

/** A repeated unique id is taken and dropped: only the first one is recorded. */
function createEvent(call: Call): Answer {
  const { attributes } = dataOf(call, 'event')
  const sent = orRefuse(readEvent(call, attributes, valueAt(attributes, 'profile', 'data'), '/data/attributes'))
  const profile = orRefuse(profileOfEvent(call, sent))
  call.account.parts.events.add(newEvent(sent, profile), call.now)
  return { status: 202, profiles: 1, ...(sent.phoneIgnored ? { headers: PHONE_IGNORED } : {}) }
}

/** A repeated unique id fails the whole request: "no events will be processed" (bulk_create_events). */
function createEvents(call: Call): Answer {
  const groups = listAt(dataOf(call, 'event-bulk-create-job'), 'attributes', 'events-bulk-create', 'data')
  const sent = groups.flatMap((group, index) => eventsOf(call, group, index))
  if (sent.length > MAX_EVENTS_PER_JOB) {
    throw new Refusal([invalid(`At most ${MAX_EVENTS_PER_JOB} events are accepted per request.`, EVENTS)])
  }
  const { events } = call.account.parts
  const taken = sent.map((one) => newEvent(one, orRefuse(profileOfEvent(call, one))))
  const keys = new Set(taken.map(({ profileId, metricName, uniqueId }) => `${profileId} ${metricName} ${uniqueId}`))
  if (keys.size < taken.length || taken.some((event) => events.has(event))) {
    throw new Refusal([invalid("'unique_id' is repeated for the same profile and metric.", EVENTS)])
  }
  for (const event of taken) events.add(event, call.now)
  return { status: 202, profiles: groups.length }
}

function eventsOf(call: Call, group: unknown, index: number): readonly SentEvent[] {
  const person = valueAt(group, 'attributes', 'profile', 'data')
  const backfill = valueAt(group, 'attributes', 'backfill') === true
  return listAt(group, 'attributes', 'events', 'data').map((event) => {
    const read = readEvent(call, valueAt(event, 'attributes'), person, `${EVENTS}/${index}/attributes`)
    const sent = orRefuse(read)
    return { ...sent, backfill: sent.backfill || backfill }
  })
}

function listEvents(call: Call): Answer {
  const conditions = parseFilter(call.query.get('filter'), ['metric_id', 'profile_id'])
  const found = call.account.parts.events
    .all()
    .filter((event) =>
      conditions.every(({ field, values }) =>
        values.includes(field === 'metric_id' ? event.metric.id : event.profileId),
      ),
    )
  return answerPage(
    pageOf(call, found, (event) => event.id, PAGE_OF_EVENTS),
    (event) => eventDocument(call, event),
  )
}

/** An id that no event has answers 400, not 404 (recorded). */
function getEvent(call: Call): Answer {
  const event = call.account.parts.events.all().find(({ id }) => id === call.params.id)
  if (event === undefined) throw new Refusal([invalid('Invalid event id.', '/data/')])
  return answerOne(call, eventDocument(call, event))
}

function eventDocument(call: Call, event: EventRecord): JsonObject {
  const path = `/api/events/${event.id}`
  const relation = (name: string, id: string) => ({ data: { type: name, id }, links: relationLinks(call, path, name) })
  const attributes = {
    timestamp: Math.floor(event.time / 1000),
    event_properties: { ...event.properties, $event_id: event.uniqueId, $value: event.value },
    datetime: isoInstant(event.time),
    uuid: event.id,
  }
  return {
    type: 'event',
    id: event.id,
    attributes: sparseAttributes(call, 'event', attributes),
    relationships: { profile: relation('profile', event.profileId), metric: relation('metric', event.metric.id) },
    links: resourceLink(call, path),
  }
}

function orRefuse<T extends SentEvent | ProfileRecord>(value: T | ApiError): T {
  if ('code' in value) throw new Refusal([value])
  return value
}
