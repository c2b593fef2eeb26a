import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { environment } from '#app/config.server.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { recipes, textOf } from './read-recipes.ts'

const ROOT = new URL('../../..', import.meta.url).pathname
const sandbox = useSandbox()

/** Whoever deploys has to give these: those without which the app does not start, or starts on a database that goes with its container. */
const REQUIRED = ['SHOPIFY_API_KEY', 'SHOPIFY_API_SECRET', 'SHOPIFY_APP_URL', 'ENCRYPTION_KEY', 'DATABASE_URL']
/** After SIGTERM a process ends within this time, in seconds (app/process/until-stopped.ts). */
const STOP_SECONDS = 20
/** What a worker needs beside its heap, in MB: code, buffers, and the parts of Node that are not the heap. */
const BESIDE_THE_HEAP_MB = 100

const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }
/** What `npm run start:…` runs, without what only a checkout needs. */
const shipped = (part: string) => /node .*/.exec(scripts[`start:${part}`]!)![0].replace(/--env-file-if-exists=\S+ /, '')

test('every variable that is required is one of those that each recipe must give', () => {
  const { success, error } = environment.safeParse({})
  expect(success).toBe(false)
  const missing = error!.issues.map(({ path }) => path[0])
  expect(REQUIRED).toEqual(expect.arrayContaining(missing))
})

test('there is a recipe for every file in deploy/ that starts the app', () => {
  for (const { processes } of recipes) expect(processes.length).toBeGreaterThan(0)
  expect(recipes.flatMap(({ processes }) => processes).length).toBe(10)
})

test.each(recipes)('$file gives the required variables, and no other than the app reads', ({ file, processes }) => {
  for (const name of REQUIRED) expect(textOf(file)).toMatch(new RegExp(`\\b${name}\\b`))
  for (const { variables } of processes)
    expect(Object.keys(environment.shape)).toEqual(expect.arrayContaining([...variables]))
})

test.each(recipes)('$file starts the processes as npm does, with the same limits of the heap', ({ processes }) => {
  for (const { command } of processes) expect([shipped('web'), shipped('worker')]).toContain(command)
})

test.each(recipes)('$file waits longer than a stop takes, and leaves room beside the heap', ({ processes }) => {
  for (const { command, graceSeconds, memoryMb } of processes) {
    expect(graceSeconds).toBeGreaterThan(STOP_SECONDS)
    const heapMb = Number(/--max-old-space-size=(\d+)/.exec(command)?.[1] ?? 0)
    if (memoryMb !== null) expect(memoryMb).toBeGreaterThanOrEqual(heapMb + BESIDE_THE_HEAP_MB)
  }
})

test('the ports of the recipes are those that the image has', () => {
  const [, port] = /PORT=(\d+)/.exec(textOf('Dockerfile'))!
  expect(port).toBe('3000')
  for (const { file } of recipes) {
    const named = [
      ...textOf(file).matchAll(
        /(?:port|ports|internal_port|containerPort)['"]?[:=] *['"[]*(?:127\.0\.0\.1:)?(\d{2,})/gi,
      ),
    ]
    for (const [whole, found] of named) expect([port, '9464', '9465', '80'], `${file}: ${whole}`).toContain(found)
  }
})

test('every path that a recipe asks for is answered with 200 by a process that is ready', async () => {
  const web = await givenWeb(sandbox)
  const files = [...recipes.map(({ file }) => file), 'Dockerfile']
  const asked = new Set(
    files.flatMap((file) => [...textOf(file).matchAll(/\/(?:livez|readyz|healthz)\b/g)].map(([path]) => path)),
  )
  expect([...asked]).not.toEqual([])
  for (const path of asked) expect([path, (await fetch(`${web.origin}${path}`)).status]).toEqual([path, 200])
})

test('every file of the checkout that a recipe names exists', () => {
  for (const { file } of recipes) {
    const named = [...textOf(file).matchAll(/\b((?:app|deploy)\/[\w./-]+\w)/g)].map(([path]) => path)
    for (const path of named) expect([file, path, existsSync(`${ROOT}${path}`)]).toEqual([file, path, true])
  }
})
