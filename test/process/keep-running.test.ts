import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { CANNOT_START, SupervisedProcess } from '#app/process/keep-running.ts'

/** Runs a program of these lines under supervision. Returns the pauses before its restarts, and whether it was given up. */
function keep(program: string) {
  const dir = mkdtempSync(join(tmpdir(), 'kept-'))
  const file = join(dir, 'part.mjs')
  writeFileSync(file, program)
  const seen = { pauses: [] as number[], givenUp: false }
  const kept = new SupervisedProcess(
    { file, env: process.env },
    {
      firstPauseMs: 20,
      onRestart: ({ restartInMs }) => seen.pauses.push(restartInMs),
      onCannotStart: () => (seen.givenUp = true),
    },
  )
  onTestFinished(async () => {
    await kept.stop('SIGKILL')
    rmSync(dir, { recursive: true })
  })
  return { kept, seen }
}

test('a part that crashes at once, again and again, is started again after growing pauses', async () => {
  const { kept, seen } = keep(`process.exit(1)`)
  await vi.waitUntil(() => seen.pauses.length >= 5, { timeout: 20_000 })
  expect(seen.pauses.slice(0, 5)).toEqual([20, 40, 80, 160, 320])
  await kept.stop('SIGTERM')
  expect(seen.givenUp).toBe(false)
})

test('a part that says it cannot start is not started again', async () => {
  const { seen } = keep(`process.exit(${CANNOT_START})`)
  await vi.waitUntil(() => seen.givenUp, { timeout: 20_000 })
  expect(seen.pauses).toEqual([])
})
