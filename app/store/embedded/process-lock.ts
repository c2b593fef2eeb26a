import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * Holds a file as a lock between processes; a holder that died without releasing it does not count. Returns the function that releases it.
 */
export async function lockFile(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = pidIn(file)
    if (holder !== null && !isAlive(holder)) rmSync(file, { force: true })
    await wait(50)
  }
}

/** Returns the pid in a file; null if there is no file, or nothing in it yet. */
export function pidIn(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]) || null
  } catch {
    return null // the holder released it between the two checks
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
