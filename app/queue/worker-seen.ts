/** How long the look may take, in milliseconds. */
const LOOK_MS = 5_000

/** What the question is asked on: the store's pool, which is the application's database. */
interface Database {
  query<Row extends object>(statement: {
    text: string
    values: unknown[]
    query_timeout: number
  }): Promise<{ rows: Row[] }>
}

/**
 * When a worker last showed itself: pg-boss has each look after the timetable every half minute, and one of all sweeps each minute. Null if none
 * ever did.
 */
export async function findWorkerSeen(on: Database): Promise<Date | null> {
  const ask = async <Row extends object>(text: string) => {
    const { rows } = await on.query<Row>({ text, values: [], query_timeout: LOOK_MS })
    return rows[0]!
  }
  const { is } = await ask<{ is: boolean }>("select to_regclass('pgboss.job') is not null as is")
  if (!is) return null
  const { at } = await ask<{ at: Date | null }>(`
    select greatest((select max(cron_on) from pgboss.version),
      (select max(greatest(completed_on, started_on)) from pgboss.job where name = 'sweep')) as at`)
  return at
}
