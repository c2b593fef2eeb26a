import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { BenchResult, Form } from './bench-result.ts'
import { rounded } from './statistics.ts'

/** Prints a bench's table and keeps it, with the machine and the date, as `.cache/bench/<name>.json`. */
export function printResult(name: string, form: Form, result: BenchResult, root: string): void {
  console.log(`\n${name} (${form})\n`)
  console.log(table([result.columns, ...result.rows]))
  for (const { what, must, is, reached } of result.targets) {
    const value = is === null ? 'not measured' : rounded(is)
    console.log(`  ${reached ? 'reached' : 'MISSED '}  ${what}: ${value} (must be ${must})`)
  }
  for (const note of result.notes) console.log(`  ${note}`)
  const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model ?? null, node: process.version }
  const kept = { bench: name, form, at: new Date().toISOString(), machine, ...result }
  mkdirSync(`${root}.cache/bench`, { recursive: true })
  writeFileSync(`${root}.cache/bench/${name}.json`, `${JSON.stringify(kept, null, 2)}\n`)
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? shown(cell) : cell)))
  const widths = texts[0]!.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)))
  const lines = texts.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('   '),
  )
  return lines.map((line) => `  ${line}\n`).join('')
}

function shown(value: number): string {
  return Number.isFinite(value) ? rounded(value).toLocaleString('en-US', { maximumFractionDigits: 3 }) : '-'
}
