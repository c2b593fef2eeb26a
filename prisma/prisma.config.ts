import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import { parseIntoClientConfig } from 'pg-connection-string'
import { defineConfig } from 'prisma/config'

const [CHAR, NAME, TEXT] = [18, 19, 25]

// The CLI looks for env("DATABASE_URL") even to generate; without it, it takes the native engine and downloads it.
process.env.DATABASE_URL ??= 'postgresql://localhost:5432/lockstep'

interface SchemaConnection {
  queryRaw(query: unknown): Promise<{ columnTypes: number[] }>
  performIO(query: unknown): Promise<{ fields: { dataTypeID: number }[] }>
  executeScript(script: string): Promise<void>
  underlyingDriver(): { query(script: string): Promise<unknown> }
  onError(error: unknown): never
}

/**
 * Lets the Prisma CLI migrate on its JavaScript engine, so that no engine is downloaded. adapter-pg 6.19 leaves gaps for the
 * schema engine: it does not map the catalogue's types "char" and name, it splits a migration at every semicolon (in function
 * bodies too), and with a connection string it takes the main database for the shadow one.
 */
class MigratePg extends PrismaPg {
  constructor(url: string) {
    // The shadow database is dropped while its pool is still open; an idle connection must not linger in it.
    super({ ...parseIntoClientConfig(url), max: 1, idleTimeoutMillis: 100 })
  }
  override async connect() {
    return mended(await super.connect())
  }
  override async connectToShadowDb() {
    return mended(await super.connectToShadowDb())
  }
}

function mended<Connection>(connected: Connection): Connection {
  const connection = connected as unknown as SchemaConnection
  const queryRaw = connection.queryRaw
  connection.queryRaw = async (query) => {
    let types: number[] = []
    const once = Object.create(connection, {
      performIO: {
        value: async (asked: unknown) => {
          const result = await connection.performIO(asked)
          types = result.fields.map((field) => field.dataTypeID)
          for (const field of result.fields) if ([CHAR, NAME].includes(field.dataTypeID)) field.dataTypeID = TEXT!
          return result
        },
      },
    }) as SchemaConnection
    const result = await queryRaw.call(once, query)
    // As text, "char" makes the schema engine panic.
    result.columnTypes = result.columnTypes.map((type, i) => (types[i] === CHAR ? ColumnTypeEnum.Character : type))
    return result
  }
  connection.executeScript = async (script) => {
    try {
      await connection.underlyingDriver().query(script)
    } catch (error) {
      connection.onError(error)
    }
  }
  return connected
}

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => new MigratePg(process.env.DATABASE_URL!),
})
