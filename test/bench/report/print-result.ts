import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import type { BenchResult, Form } from './bench-result.ts'
import { rounded } from './statistics.ts'

/** The machine as a bench found it. */
export interface Machine {
  readonly cores: number
  readonly cpu: string | null
  readonly memoryGb: number
  readonly node: string
  /** Processes that wanted a core, over the minute before. */
  readonly load: number
}

export function machineNow(): Machine {
  const memoryGb = Math.round(totalmem() / 1e9)
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? null,
    memoryGb,
    node: process.version,
    load: loadavg()[0]!,
  }
}

const QUIET_LOAD_A_CORE = 0.4

/** Prints a bench's table and keeps it, with the machine and the date, as `.cache/bench/<name>.json`. */
export function printResult(name: string, form: Form, result: BenchResult, { machine, root }: Surroundings): void {
  console.log(`\n${name} (${form})\n`)
  console.log(table([result.columns, ...result.rows]))
  for (const { what, must, is, reached } of result.targets) {
    const value = is === null ? 'not measured' : rounded(is)
    console.log(`  ${reached ? 'reached' : 'MISSED '}  ${what}: ${value} (must be ${must})`)
  }
  for (const note of result.notes) console.log(`  ${note}`)
  if (machine.load > machine.cores * QUIET_LOAD_A_CORE) {
    console.log(`  The machine was busy when this began (load ${machine.load.toFixed(1)} on ${machine.cores} cores).`)
  }
  const kept = { bench: name, form, at: new Date().toISOString(), machine, ...result }
  mkdirSync(`${root}.cache/bench`, { recursive: true })
  writeFileSync(`${root}.cache/bench/${name}.json`, `${JSON.stringify(kept, null, 2)}\n`)
}

export interface Surroundings {
  readonly machine: Machine
  readonly root: string
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
