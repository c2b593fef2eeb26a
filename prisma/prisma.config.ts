import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { parseIntoClientConfig } from 'pg-connection-string'
import { defineConfig } from 'prisma/config'

const [CHAR, NAME, TEXT] = [18, 19, 25]

// The CLI looks for env("DATABASE_URL") even to generate; without it, it falls back to the native engine and downloads it.
process.env.DATABASE_URL ??= 'postgresql://localhost:5432/app'

/**
 * Lets the Prisma CLI migrate on its JavaScript engine, so that no engine binary is downloaded. adapter-pg 6.19 leaves
 * gaps for the schema engine: it does not map the catalogue types "char" (18) and name (19), it splits a migration at
 * every semicolon (also inside function bodies), and with a connection string it takes the main database for the shadow one.
 */
class MigratePg extends PrismaPg {
  constructor(url: string) {
    super({ ...parseIntoClientConfig(url), max: 1, idleTimeoutMillis: 100 })
  }
  override async connect() {
    return patch(await super.connect())
  }
  override async connectToShadowDb() {
    return patch(await super.connectToShadowDb())
  }
}

function patch(conn: any) {
  const queryRaw = conn.queryRaw
  conn.queryRaw = async (query: unknown) => {
    let oids: number[] = []
    const one = Object.create(conn, {
      performIO: {
        value: async (q: unknown) => {
          const result = await conn.performIO(q)
          oids = result.fields.map((f: any) => f.dataTypeID)
          for (const f of result.fields) if (f.dataTypeID === CHAR || f.dataTypeID === NAME) f.dataTypeID = TEXT
          return result
        },
      },
    })
    const result = await queryRaw.call(one, query)
    oids.forEach((oid, i) => oid === CHAR && (result.columnTypes[i] = ColumnTypeEnum.Character))
    return result
  }
  conn.executeScript = async (sql: string) => {
    try {
      await conn.underlyingDriver().query(sql)
    } catch (e) {
      conn.onError(e)
    }
  }
  return conn
}

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => new MigratePg(process.env.DATABASE_URL!),
})
