import { readdirSync, readFileSync } from 'node:fs'

const TICKS_A_SECOND = 100

/** User and system time of a Postgres server on this machine so far, in ms (Linux): by the process id of any of its backends. */
export function postgresCpuMs(backendPid: number): number {
  const server = statOf(backendPid)!.parent
  const own = statOf(server)!
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []))
  const alive = all.filter(({ parent }) => parent === server)
  const ticks = own.ticks + own.ticksOfEnded + alive.reduce((total, child) => total + child.ticks, 0)
  return (ticks * 1_000) / TICKS_A_SECOND
}

/** Null for a process that has ended. */
function statOf(pid: number): { parent: number; ticks: number; ticksOfEnded: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in brackets, which may hold spaces.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return { parent: fields[1]!, ticks: fields[11]! + fields[12]!, ticksOfEnded: fields[13]! + fields[14]! }
  } catch {
    return null
  }
}
