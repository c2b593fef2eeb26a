import pg from 'pg'

// biome-ignore lint/suspicious/noExplicitAny: a test names the column it expects, and fails when it is not there
export type Row = any

/** Reads rows on a connection of the test's own, so only committed rows are returned. */
export async function rowsIn(databaseUrl: string, statement: string, values: readonly unknown[] = []): Promise<Row[]> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    return (await db.query(statement, [...values])).rows
  } finally {
    await db.end()
  }
}
