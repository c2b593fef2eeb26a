import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { ConfigError, parseConfig } from '#app/config.server.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { environmentOf } from '../../worker/given-worker.ts'

const sandbox = useSandbox()
const ROOT = new URL('../../..', import.meta.url).pathname
const WITHOUT = new URL('./without-package.mjs', import.meta.url).href

/** Starts the web process, and returns what it says of why it cannot run, with its exit code. */
function startWith(env: Record<string, string>): Promise<{ said: string; code: unknown }> {
  const around: NodeJS.ProcessEnv = { ...process.env, PORT: '0', ...environmentOf(sandbox), ...env }
  Reflect.deleteProperty(around, 'NODE_ENV')
  const options = { cwd: ROOT, env: around }
  return new Promise((resolve) =>
    execFile(process.execPath, ['--import', WITHOUT, 'app/web.ts'], options, (error, _out, said) =>
      resolve({ said, code: error?.code }),
    ),
  )
}

const PUBSUB_SUBSCRIPTION = 'projects/shop/subscriptions/lockstep'
const SQS_QUEUE_URL = 'http://127.0.0.1:9/000000000000/lockstep'

test.each([
  ['@google-cloud/pubsub', { PUBSUB_SUBSCRIPTION }],
  ['@aws-sdk/client-sqs', { SQS_QUEUE_URL, AWS_REGION: 'eu-central-1' }],
])('a queue is configured and %s is not installed: the process says so in a sentence, and ends', async (name, env) => {
  const { said, code } = await startWith({ ...env, WITHOUT_PACKAGE: name })
  expect(said).toBe(
    `${Object.keys(env)[0]} is set, and the package ${name} is not installed: install the optional packages (npm ci --include=optional), or leave ${Object.keys(env)[0]} empty.\n`,
  )
  expect(code).toBe(1)
})

test('an SQS queue without a region is said in a sentence', async () => {
  const { said, code } = await startWith({ SQS_QUEUE_URL, WITHOUT_PACKAGE: 'none' })
  expect(said).toBe('SQS_QUEUE_URL is set, and no region: set AWS_REGION to the region of the queue.\n')
  expect(code).toBe(1)
})

test.each([
  ['PUBSUB_SUBSCRIPTION', 'lockstep', 'must look like projects/'],
  ['SQS_QUEUE_URL', 'arn:aws:sqs:eu-central-1:000000000000:lockstep', 'must be the http(s) address'],
])('%s is refused when it is something else', (name, value, why) => {
  expect(() => parseConfig({ ...process.env, [name]: value })).toThrow(ConfigError)
  expect(() => parseConfig({ ...process.env, [name]: value })).toThrow(`${name} ${why}`)
})
