import type { RequestKind } from '#app/core/flow/outbox.ts'
import { type Row, rowsIn } from './rows.ts'

/** Returns the rows of a shop's open requests of one kind, in the order in which they were written. */
export function requestsOf(databaseUrl: string, shop: string, kind: RequestKind): Promise<Row[]> {
  return rowsIn(databaseUrl, 'select * from outbox where shop = $1 and kind = $2 order by created_at', [shop, kind])
}
