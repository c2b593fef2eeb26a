import { spawnSync } from 'node:child_process'
import type { TestProject } from 'vitest/node'
import { providePostgres } from '../../support/global-setup.ts'

/** The pages as they ship, built anew if they are older than their source, and a Postgres for the run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  prepare()
  return providePostgres(project, 'e2e-postgres')
}

function prepare(): void {
  const script = new URL('../../support/prepare.mjs', import.meta.url).pathname
  const { VITEST: _, ...env } = process.env // a build that knows of it leaves its plugins out
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit', env: env as NodeJS.ProcessEnv })
  if (status !== 0) throw new Error('the pages could not be built')
}
