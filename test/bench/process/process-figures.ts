import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4_096
const TICKS_A_SECOND = 100

/** What the kernel says of a process (Linux). */
export interface ProcessFigures {
  readonly rssBytes: number
  /** The most it ever held. */
  readonly peakRssBytes: number
  /** User and system time since it began. */
  readonly cpuMs: number
}

export function processFigures(pid: number): ProcessFigures {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the command in brackets, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return {
    rssBytes: Number(fields[21]) * PAGE_BYTES,
    peakRssBytes: Number(peak?.[1] ?? 0) * 1024,
    cpuMs: (ticks * 1000) / TICKS_A_SECOND,
  }
}
