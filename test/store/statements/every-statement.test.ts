import { loadModule, parseSync } from 'libpg-query'
import { beforeAll, expect, test } from 'vitest'
import { refusedByCitus } from './citus-rules.ts'
import { type CollectedStatement, collectStatements } from './collect-statements.ts'
import { exceptions } from './exceptions.ts'
import { faultsOf } from './one-shop.ts'

const statements = collectStatements()

beforeAll(() => loadModule())

function exceptionFor({ place, text }: CollectedStatement) {
  const [first] = (parseSync(text) as { stmts: { stmt: object }[] }).stmts
  return exceptions.find((one) => one.place === place && (one.writes || 'SelectStmt' in first!.stmt))
}

test('every statement names one shop, apart from those that are listed with a reason', () => {
  const faults = statements.flatMap((statement) => {
    const found = exceptionFor(statement) ? [] : faultsOf(statement)
    return found.length > 0 ? [`${statement.place}: ${found.join(', ')}: ${statement.text.trim()}`] : []
  })
  expect(faults).toEqual([])
})

test('no statement is listed that names one shop by now', () => {
  const severalShops = statements.filter((statement) => faultsOf(statement).length > 0)
  const isNeeded = (place: string) => severalShops.some((statement) => statement.place === place)
  expect(exceptions.filter(({ place }) => !isNeeded(place))).toEqual([])
})

test('a statement of which the shop is taken away is found', () => {
  const changed = statements
    .filter((statement) => !exceptionFor(statement) && /\bwhere (\w+\.)?(shop|domain) = \$\d+/.test(statement.text))
    .map((statement) => ({ ...statement, text: statement.text.replace(/\b(\w+\.)?(shop|domain) = \$\d+/g, 'true') }))
  expect(changed.length).toBeGreaterThan(100)
  expect(changed.filter((statement) => faultsOf(statement).length === 0).map(({ text }) => text)).toEqual([])
})

test('no statement does what Citus refuses', () => {
  const refused = statements.flatMap((statement) => {
    if (exceptionFor(statement)?.refusedByCitus) return []
    const found = refusedByCitus(statement.text, { severalShops: faultsOf(statement).length > 0 })
    return found.length > 0 ? [`${statement.place}: ${found.join(', ')}`] : []
  })
  expect(refused).toEqual([])
})
