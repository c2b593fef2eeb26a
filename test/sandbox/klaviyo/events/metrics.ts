import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { answerOne, answerPage } from '../exchange/documents.ts'
import { invalidParameter, notFound, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { pageOf } from '../exchange/page.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import type { JsonObject } from '../json.ts'
import type { MetricRecord } from './event-ledger.ts'

export const metricHandlers = { get_metrics: listMetrics, get_metric: getMetric } satisfies Handlers

const INTEGRATION = { object: 'integration', id: '7FtS4J', key: 'api', name: 'API', category: 'API' }

/** Takes a cursor but no page size, and says so (recorded). */
function listMetrics(call: Call): Answer {
  if (call.query.has('page[size]')) {
    throw new Refusal([invalidParameter("'page_size' is not a valid field for the resource 'metric'.", 'page_size')])
  }
  const conditions = parseFilter(call.query.get('filter'), ['integration.name', 'integration.category'])
  const found = call.account.parts.events
    .metrics()
    .filter(() => conditions.every(({ values }) => values.includes(INTEGRATION.name)))
  return answerPage(
    pageOf(call, found, (metric) => metric.id, { standard: 200, most: 200 }),
    (metric) => metricDocument(call, metric),
  )
}

function getMetric(call: Call): Answer {
  const id = call.params.id ?? ''
  const metric = call.account.parts.events.metrics().find((one) => one.id === id)
  if (metric === undefined) throw new Refusal([notFound(`A metric with id ${id} does not exist.`)])
  return answerOne(call, metricDocument(call, metric))
}

function metricDocument(call: Call, metric: MetricRecord): JsonObject {
  const path = `/api/metrics/${metric.id}`
  const attributes = { name: metric.name, created: metric.created, updated: metric.created, integration: INTEGRATION }
  return {
    type: 'metric',
    id: metric.id,
    attributes: sparseAttributes(call, 'metric', attributes),
    relationships: { 'flow-triggers': { links: relationLinks(call, path, 'flow-triggers') } },
    links: resourceLink(call, path),
  }
}
