import { cpus } from 'node:os'

/** How busy the whole machine was since this began, from 0 to 1: with whatever else runs on it. */
export function watchMachine(): () => number {
  const before = times()
  return () => {
    const now = times()
    return 1 - (now.idle - before.idle) / (now.all - before.all)
  }
}

function times(): { idle: number; all: number } {
  const total = { idle: 0, all: 0 }
  for (const { times } of cpus()) {
    total.idle += times.idle
    total.all += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return total
}
