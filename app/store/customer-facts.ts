import type { LastHeard } from '#app/core/flow/heard.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { autocommit, rowsOf, sql } from './database.ts'

/** What is recorded of one customer beside what its list shows. */
export interface CustomerFacts {
  readonly erased: boolean
  /** The customer that it was merged into, while their profiles are being merged. */
  readonly mergedInto: CustomerId | null
  readonly delivery: string | null
  readonly heard: LastHeard | null
  readonly resolved: { readonly code: ReasonCode; readonly at: Date } | null
  readonly mark: { readonly since: Date; readonly notBefore: Date; readonly attempt: number } | null
  /** The import that carries it now. */
  readonly carried: { readonly since: Date; readonly checkAt: Date } | null
}

export async function findCustomerFacts(shop: ShopDomain, customerId: CustomerId): Promise<CustomerFacts> {
  const [row] = await rowsOf<FactsRow>(
    sql`
    select t.customer_id is not null as erased, m.payload->>'keptId' as merged_into, p.delivery, p.heard, p.heard_at, p.resolved_code, p.resolved_at,
      d.waiting_since, d.not_before, d.attempt, j.created_at as carried_since, j.not_before as check_at
    from (select ${customerId}::bigint as id) as c
      left join profile p on p.shop = ${shop} and p.customer_id = c.id
      left join dirty_customer d on d.shop = ${shop} and d.customer_id = c.id and not d.confirming
      left join tombstone t on t.shop = ${shop} and t.customer_id = c.id
      left join outbox m on m.shop = ${shop} and m.kind = 'merge' and m.subject = c.id::text
      left join outbox j on j.shop = ${shop} and j.kind in ('import', 'run_import') and j.id = p.request
    limit 1`,
    autocommit,
  )
  return {
    erased: row?.erased ?? false,
    mergedInto: (row?.merged_into ?? null) as CustomerId | null,
    delivery: row?.delivery ?? null,
    heard: row?.heard && row.heard_at ? { how: row.heard as LastHeard['how'], at: row.heard_at } : null,
    resolved:
      row?.resolved_code && row.resolved_at ? { code: row.resolved_code as ReasonCode, at: row.resolved_at } : null,
    mark:
      row?.waiting_since && row.not_before
        ? { since: row.waiting_since, notBefore: row.not_before, attempt: row.attempt ?? 0 }
        : null,
    carried: row?.carried_since && row.check_at ? { since: row.carried_since, checkAt: row.check_at } : null,
  }
}

interface FactsRow {
  erased: boolean
  merged_into: string | null
  delivery: string | null
  heard: string | null
  heard_at: Date | null
  resolved_code: string | null
  resolved_at: Date | null
  waiting_since: Date | null
  not_before: Date | null
  attempt: number | null
  carried_since: Date | null
  check_at: Date | null
}
