import pg from 'pg'
import { expect, test } from 'vitest'
import { useStore } from '../given-store.ts'
import { type CollectedStatement, collectStatements } from './collect-statements.ts'
import { exceptions } from './exceptions.ts'

const store = useStore()

/** A value of each type that statements take. */
const SAMPLES: Record<string, string> = {
  bigint: '1',
  boolean: 'true',
  'double precision': '1',
  integer: '1',
  interval: `'1 hour'`,
  jsonb: `'{}'`,
  text: `'a'`,
  'timestamp with time zone': `'2026-11-21T12:00:00Z'`,
  uuid: `'00000000-0000-4000-8000-000000000000'`,
  'bigint[]': `'{1,2}'`,
  'boolean[]': `'{t,f}'`,
  'integer[]': `'{1,2}'`,
  'jsonb[]': `array['{}', '{}']::jsonb[]`,
  'text[]': `'{a.myshopify.com,b.myshopify.com}'`,
  'timestamp with time zone[]': `'{2026-11-21T12:00:00Z,2026-11-21T13:00:00Z}'`,
  'uuid[]': `'{00000000-0000-4000-8000-000000000000,00000000-0000-4000-8000-000000000001}'`,
}

/** Has Postgres parse and plan a statement. Returns what it objects to; null if nothing. */
async function objectionTo(statement: CollectedStatement, db: pg.Client): Promise<string | null> {
  try {
    await db.query(`prepare statement as ${statement.text}`)
    const { rows } = await db.query<{ types: string[] }>(
      `select parameter_types::text[] as types from pg_prepared_statements where name = 'statement'`,
    )
    const samples = rows[0]!.types.map((type, i) => sampleOf(type, statement.values[i]?.type))
    await db.query(`explain execute statement${samples.length > 0 ? `(${samples.join(', ')})` : ''}`)
    return null
  } catch (error) {
    return `${statement.place}: ${(error as Error).message}: ${statement.text.trim()}`
  } finally {
    await db.query('deallocate all')
  }
}

function sampleOf(type: string, typeInCode: string | undefined): string {
  const sample = typeInCode === 'ShopDomain' ? `'a.myshopify.com'` : SAMPLES[type]
  if (sample === undefined) throw new Error(`no sample of the type ${type}`)
  return sample
}

test('Postgres accepts every statement: its columns exist, and their types fit', async () => {
  const db = new pg.Client({ connectionString: store.url })
  await db.connect()
  try {
    const { rows } = await db.query(`select 1 from pg_extension where extname = 'citus'`)
    const elsewhere = rows.length > 0 ? exceptions.filter((one) => one.refusedByCitus) : []
    const statements = collectStatements().filter(({ place }) => !elsewhere.some((one) => one.place === place))
    const objections: (string | null)[] = []
    for (const statement of statements) objections.push(await objectionTo(statement, db))
    expect(statements.length).toBeGreaterThan(200)
    expect(objections.filter((objection) => objection !== null)).toEqual([])
  } finally {
    await db.end()
  }
})
