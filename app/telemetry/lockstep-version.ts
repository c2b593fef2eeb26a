import { readFile } from 'node:fs/promises'

/** The version of Lockstep that runs, as its package says. */
export async function lockstepVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version)
}
