import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { givenConnectedShop, useStore } from '../store/given-store.ts'

const store = useStore()
const root = new URL('../..', import.meta.url).pathname
const [OLD, NEW] = [process.env.ENCRYPTION_KEY!, 'c'.repeat(64)]

/** Runs one of the app's processes until it ends by itself. */
async function run(entry: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [`${root}${entry}`], {
    cwd: root,
    env: { ...process.env, ENCRYPTION_KEY: '', PORT: '0', DATABASE_URL: store.url, NODE_ENV: 'test', ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  return { code, said }
}

test.each(['app/web.ts', 'app/worker/main.ts', 'app/rekey.ts'])(
  '%s with a key that is not the one of the database ends with a sentence',
  async (entry) => {
    await givenConnectedShop()
    const { code, said } = await run(entry, { ENCRYPTION_KEYS: NEW })
    expect({ code, said: said.replace(/^\{.*\}\n/, '') }).toEqual({
      code: 1,
      said: 'ENCRYPTION_KEY is not the key of this database: it does not open what is sealed in connection. Set the key with which it was sealed, or name that in ENCRYPTION_KEYS, too.\n',
    })
  },
)

test('the command that seals again says what it did, table by table, and when the old key can go', async () => {
  expect(await run('app/rekey.ts', { ENCRYPTION_KEY: OLD })).toMatchObject({
    code: 1,
    said: expect.stringContaining('ENCRYPTION_KEYS is not set'),
  })
  await givenConnectedShop()
  const { code, said } = await run('app/rekey.ts', { ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  expect(said).toMatch(/^connection sealed_key: [1-9]\d* sealed again, 0 still sealed by another key$/m)
  expect(said).toContain('all keys but the first can be removed')
  expect(code).toBe(0)
  expect((await run('app/rekey.ts', { ENCRYPTION_KEYS: NEW })).code).toBe(0)
})
