import type { RunningProcess } from '../process/running-process.ts'
import type { BenchShop } from './lockstep.ts'

/** When the run of a shop entered a state, in milliseconds since 1970, by when its log said so. Rejects if that takes longer than `withinMs`. */
export async function runEntered(
  worker: RunningProcess,
  { domain }: BenchShop,
  state: string,
  withinMs: number,
): Promise<number> {
  const isIt = (line: { event: string; shop?: unknown; state?: unknown }) =>
    line.event === 'run_stepped' && line.shop === domain && line.state === state
  return (await worker.line(isIt, withinMs)).heardAt!
}
