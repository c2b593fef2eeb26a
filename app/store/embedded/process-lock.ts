import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Holds a file as a lock between processes; a holder that died without letting go does not count. Yields the release. */
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

/** The pid a file holds; null when there is no file, or nothing in it yet. */
export function pidIn(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8').split('\n')[0]) || null
  } catch {
    return null // the holder let go between our two looks
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
