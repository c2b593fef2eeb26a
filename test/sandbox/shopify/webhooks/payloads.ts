import type { Customer } from '../customers/customer.ts'
import { gidOf } from '../global-id.ts'
import { isoShopTime } from '../instants.ts'
import type { ShopFacts } from '../shop/shop-facts.ts'
import { ExactNumber } from './exact-json.ts'
import type { CustomerSubject, Topic, TopicSubjects } from './topics.ts'

export interface Occasion {
  readonly facts: ShopFacts
  readonly nowMs: number
}

type Payload<T extends Topic> = (subject: TopicSubjects[T], occasion: Occasion) => object

/** Each topic's body, of which `include_fields` leaves some (reference, sections 2.2 and 2.3). */
export const payloads: { readonly [T in Topic]: Payload<T> } = {
  'customers/create': changedCustomer,
  'customers/update': changedCustomer,
  'customers/delete': ({ id }) => ({ id: new ExactNumber(id), admin_graphql_api_id: gidOf('Customer', id) }),
  'customers/merge': ({ keptId, goneId, failed }) => ({
    admin_graphql_api_customer_kept_id: gidOf('Customer', keptId),
    admin_graphql_api_customer_deleted_id: gidOf('Customer', goneId),
    admin_graphql_api_job_id: null,
    status: failed ? 'failed' : 'completed',
    errors: failed
      ? [{ customer_ids: [new ExactNumber(goneId)], field: 'merge_in_progress', message: 'Customer is being merged.' }]
      : [],
  }),
  'customer.tags_added': occurred,
  'customer.tags_removed': occurred,
  'customers/purchasing_summary': occurred,
  'customers_email_marketing_consent/update': ({ id }) => ({ customer_id: new ExactNumber(id) }),
  'customers_marketing_consent/update': ({ id }) => ({ id: new ExactNumber(id) }),
  'bulk_operations/finish': (finish, { facts }) => ({
    admin_graphql_api_id: finish.id,
    completed_at: finish.completedAt && isoShopTime(Date.parse(finish.completedAt), facts.timeZone),
    created_at: isoShopTime(Date.parse(finish.createdAt), facts.timeZone),
    error_code: finish.errorCode?.toLowerCase() ?? null,
    status: finish.status.toLowerCase(),
    type: 'query',
  }),
  'app/uninstalled': (_, occasion) => shopObject(occasion),
  'app/scopes_update': ({ previous, current }, { facts, nowMs }) => ({
    id: gidOf('AppInstallation', facts.id),
    shop_id: gidOf('Shop', facts.id),
    previous,
    current,
    updated_at: isoShopTime(nowMs, facts.timeZone),
  }),
  'shop/update': (_, occasion) => shopObject(occasion),
  'customers/data_request': (customer, { facts, nowMs }) => ({
    ...privacyObject(customer, facts),
    orders_requested: [],
    data_request: { id: Math.floor(nowMs / 1000) },
  }),
  'customers/redact': (customer, { facts }) => ({ ...privacyObject(customer, facts), orders_to_redact: [] }),
  'shop/redact': (_, { facts }) => ({ shop_id: new ExactNumber(facts.id), shop_domain: facts.domain }),
}

export interface MetafieldEvent {
  readonly customerId: string
  /** Never empty. */
  readonly changed: readonly {
    /** `namespace.key`. */
    readonly metafield: string
    readonly how: 'added' | 'updated' | 'removed'
  }[]
}

/**
 * The body of an Events delivery whose subscription has no query. The variables name one metafield, here the first: which one of
 * several is not documented. https://shopify.dev/changelog/updates-to-events-payloads-and-subscription-configuration
 */
export function eventPayload(handle: string, { customerId, changed }: MetafieldEvent): object {
  const gid = gidOf('Customer', customerId)
  const [[metafieldNamespace, metafieldKey]] = changed.map(({ metafield }) => placeOf(metafield)) as [[string, string]]
  const paths = (wanted: string) =>
    changed
      .filter(({ how }) => how === wanted)
      .map(({ metafield }) => placeOf(metafield))
      .map(([namespace, key]) => `customer[id: '${gid}'].metafield[namespace: '${namespace}', key: '${key}'].value`)
  return {
    topic: 'Customer',
    action: 'update',
    handle,
    fields_changed: { added: paths('added'), updated: paths('updated'), removed: paths('removed') },
    query_variables: { customerId: gid, metafieldNamespace, metafieldKey },
  }
}

function placeOf(metafield: string): [namespace: string, key: string] {
  const dot = metafield.indexOf('.')
  return [metafield.slice(0, dot), metafield.slice(dot + 1)]
}

export interface FlowRun {
  readonly customerId: string
  /** Flow has been seen to write a customer reference either way. */
  readonly idAs: 'gid' | 'number'
  readonly actionRunId: string
}

export function flowPayload({ customerId, idAs, actionRunId }: FlowRun, facts: ShopFacts): object {
  const customer_id = idAs === 'gid' ? gidOf('Customer', customerId) : new ExactNumber(customerId)
  return {
    shop_id: new ExactNumber(facts.id),
    shopify_domain: facts.domain,
    action_run_id: actionRunId,
    handle: 'sync-customer',
    properties: { customer_id },
  }
}

export interface FlowUse {
  /** The trigger's handle. */
  readonly trigger: string
  readonly used: boolean
}

/** What Flow says when a shop's first workflow with a trigger is turned on, or the last is turned off. */
export function flowUsePayload({ trigger, used }: FlowUse, facts: ShopFacts, nowMs: number): object {
  return {
    flow_trigger_definition_id: trigger,
    has_enabled_flow: used,
    shop_id: facts.id,
    shopify_domain: facts.domain,
    timestamp: new Date(nowMs).toISOString(),
  }
}

function changedCustomer({ id, updatedAt }: CustomerSubject, { facts }: Occasion): object {
  const updated_at = isoShopTime(Date.parse(updatedAt), facts.timeZone)
  return { id: new ExactNumber(id), admin_graphql_api_id: gidOf('Customer', id), updated_at }
}

function occurred({ id }: CustomerSubject, { nowMs }: Occasion): object {
  return { customerId: gidOf('Customer', id), occurredAt: new Date(nowMs).toISOString() }
}

function privacyObject(customer: Customer, facts: ShopFacts): object {
  return {
    shop_id: new ExactNumber(facts.id),
    shop_domain: facts.domain,
    customer: {
      id: new ExactNumber(customer.id),
      email: customer.defaultEmailAddress?.emailAddress ?? null,
      phone: customer.defaultPhoneNumber?.phoneNumber ?? null,
    },
  }
}

function shopObject({ facts, nowMs }: Occasion): object {
  return {
    updated_at: isoShopTime(nowMs, facts.timeZone),
    id: new ExactNumber(facts.id),
    name: facts.name,
    email: facts.contactEmail,
    domain: facts.domain,
    myshopify_domain: facts.domain,
    iana_timezone: facts.timeZone,
    currency: facts.currency,
    plan_name: facts.plan.publicDisplayName.toLowerCase().replaceAll(' ', '_'),
  }
}
