import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'

/** Whether this Flow action run was accepted before. */
export async function hasFlowActionRun(shop: ShopDomain, actionRunId: string): Promise<boolean> {
  const rows = await rowsOf(
    sql`select 1 from flow_action_run where shop = ${shop} and action_run_id = ${actionRunId}`,
    autocommit,
  )
  return rows.length > 0
}

/** Records that a Flow action run was accepted. Does nothing for an uninstalled shop. */
export async function saveFlowActionRun(shop: ShopDomain, actionRunId: string, now: Date): Promise<void> {
  await execute(
    sql`
    insert into flow_action_run (shop, action_run_id, received_at)
    select domain, ${actionRunId}, ${now} from shop where domain = ${shop} and uninstalled_at is null
    on conflict do nothing`,
    autocommit,
  )
}
