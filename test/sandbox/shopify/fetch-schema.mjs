// npm run schema: puts Shopify's Admin schema 2026-10 into .cache/, for the contract tests and codegen.
// It ships inside the npm package of Shopify's MCP server, which is too large to be a dependency (366 MB with its own).
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema, printSchema } from 'graphql'

const PACKAGE = '@shopify/dev-mcp@1.16.0'
const FILE = 'package/dist/data/admin_2026-10.json.gz'
const cache = new URL('../../../.cache/', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'lockstep-schema-'))
try {
  execFileSync('npm', ['pack', PACKAGE, '--pack-destination', folder, '--silent'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [archive] = readdirSync(folder)
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', folder, FILE])
  const { data } = JSON.parse(gunzipSync(readFileSync(join(folder, FILE))).toString())
  mkdirSync(cache, { recursive: true })
  const schema = buildClientSchema({ __schema: withoutDescriptions(data.__schema) })
  writeFileSync(new URL('admin-2026-10.graphql', cache), `${printSchema(schema)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Four fifths of the text are descriptions. */
function withoutDescriptions(value) {
  if (Array.isArray(value)) return value.map(withoutDescriptions)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => {
    return [name, name === 'description' ? null : withoutDescriptions(member)]
  })
  return Object.fromEntries(members)
}
