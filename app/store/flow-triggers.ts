import { randomUUID } from 'node:crypto'
import type { FlowFields, FlowTrigger } from '#app/core/flow/flow-trigger.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Records whether the shop has a workflow that uses a trigger. An older message than the last changes nothing. */
export async function saveFlowTriggerUse(
  shop: ShopDomain,
  { trigger, used, toldAt }: { trigger: FlowTrigger; used: boolean; toldAt: Date },
): Promise<void> {
  await execute(
    sql`
    insert into flow_trigger as t (shop, trigger, used, told_at)
    select domain, ${trigger}, ${used}::boolean, ${toldAt} from shop where domain = ${shop} and uninstalled_at is null
    on conflict (shop, trigger) do update set used = excluded.used, told_at = excluded.told_at,
      refused_at = case when excluded.used then t.refused_at end, refused_words = case when excluded.used then t.refused_words end
    where t.told_at <= excluded.told_at`,
    autocommit,
  )
}

/** Returns how many requests of a trigger wait in the shop; null if no workflow uses the trigger. */
export async function countFlowRequests(shop: ShopDomain, trigger: FlowTrigger, on: Sql): Promise<number | null> {
  const [row] = await rowsOf<{ waiting: number }>(
    {
      name: 'count_flow_requests',
      text: `
        select (select count(*)::int from flow_trigger_request r where r.shop = $1 and r.trigger = $2) as waiting
        from flow_trigger t where t.shop = $1 and t.trigger = $2 and t.used`,
      values: [shop, trigger],
    },
    on,
  )
  return row?.waiting ?? null
}

export interface NewFlowRequest {
  readonly customerId: CustomerId | null
  readonly fields: FlowFields
}

export async function saveFlowRequests(
  shop: ShopDomain,
  trigger: FlowTrigger,
  { requests, now }: { requests: readonly NewFlowRequest[]; now: Date },
  on: Sql,
): Promise<void> {
  if (requests.length === 0) return
  await execute(
    sql`
    insert into flow_trigger_request (shop, id, trigger, customer_id, payload, not_before, created_at)
    select ${shop}, r.id, ${trigger}, r.customer_id, r.payload::jsonb, ${now}, ${now}
    from unnest(${requests.map(() => randomUUID())}::uuid[], ${requests.map(({ customerId }) => customerId)}::bigint[],
      ${requests.map(({ fields }) => JSON.stringify(fields))}::text[]) as r (id, customer_id, payload)`,
    on,
  )
}

/** A request that is due. */
export interface FlowRequest extends NewFlowRequest {
  readonly id: string
  readonly trigger: FlowTrigger
  /** Tries in a row without a usable answer. */
  readonly attempt: number
}

/** Returns the oldest requests that are due. */
export async function listDueFlowRequests(shop: ShopDomain, now: Date, limit: number): Promise<FlowRequest[]> {
  const found = await rowsOf<
    Pick<rows.flow_trigger_request, 'id' | 'trigger' | 'customer_id' | 'attempt'> & { payload: FlowFields }
  >(
    sql`
    select id, trigger, customer_id, payload, attempt from flow_trigger_request
    where shop = ${shop} and not_before <= ${now} order by created_at, id limit ${limit}`,
    autocommit,
  )
  return found.map(({ payload, customer_id, ...row }) => ({
    ...row,
    trigger: row.trigger as FlowTrigger,
    customerId: customer_id as CustomerId | null,
    fields: payload,
  }))
}

/** Deletes a request that Shopify has taken (`refused` null) or refused, and records which. */
export async function endFlowRequest(
  shop: ShopDomain,
  { id, trigger }: Pick<FlowRequest, 'id' | 'trigger'>,
  { refused, now }: { refused: string | null; now: Date },
  on: Sql,
): Promise<void> {
  await execute(sql`delete from flow_trigger_request where shop = ${shop} and id = ${id}::uuid`, on)
  await execute(
    sql`
    update flow_trigger set refused_at = ${refused === null ? null : now}, refused_words = ${refused}
    where shop = ${shop} and trigger = ${trigger} and (refused_words is distinct from ${refused} or refused_at is not null)`,
    on,
  )
}

/** Defers all requests of a shop until an instant. `attempt` counts another try of all; without it none is counted. */
export async function deferFlowRequests(
  shop: ShopDomain,
  { notBefore, attempt }: { notBefore: Date; attempt?: number },
): Promise<void> {
  await execute(
    sql`
    update flow_trigger_request set not_before = greatest(not_before, ${notBefore}), attempt = coalesce(${attempt ?? null}::int, attempt)
    where shop = ${shop}`,
    autocommit,
  )
}

/** Deletes the requests about some customers. */
export async function forgetFlowRequestsOf(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  if (customerIds.length === 0) return
  await execute(
    sql`delete from flow_trigger_request where shop = ${shop} and customer_id = any(${customerIds}::bigint[])`,
    on,
  )
}
