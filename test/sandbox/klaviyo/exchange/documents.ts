import type { JsonObject } from '../json.ts'
import type { Answer, Call } from './call.ts'
import { requestLink } from './links.ts'
import type { Page } from './page.ts'

export function answerOne(call: Call, data: JsonObject, status = 200): Answer {
  return { status, document: { data, links: requestLink(call) } }
}

/** With resources that stand in relation to it, as `include` asks for. */
export function answerCompound(call: Call, data: JsonObject, included: readonly JsonObject[]): Answer {
  return { status: 200, document: { data, included, links: requestLink(call) } }
}

export function answerPage<T>(page: Page<T>, toDocument: (entry: T) => JsonObject): Answer {
  return { status: 200, document: { data: page.entries.map(toDocument), links: page.links } }
}

/** A collection that Klaviyo shows in one piece. */
export function answerAll(call: Call, data: readonly JsonObject[]): Answer {
  return { status: 200, document: { data, links: { ...requestLink(call), next: null, prev: null } } }
}
