import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environment, parseConfig } from '#app/config.server.ts'

const root = new URL('../..', import.meta.url).pathname

const good = {
  SHOPIFY_API_KEY: 'an-api-key',
  SHOPIFY_API_SECRET: 'hush-secret',
  SHOPIFY_APP_URL: 'https://lockstep.example.com',
  ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
}

/** Runs one of the app's processes with this environment and no other. Returns how it ended and all of its output. */
async function run(entry: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [`${root}${entry}`], {
    cwd: root,
    env: { ...env, NODE_ENV: 'test' },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  const lines = said.split('\n').filter((line) => line.startsWith('{'))
  return {
    code,
    said: said
      .split('\n')
      .filter((line) => !line.startsWith('{'))
      .join('\n'),
    logged: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

test.each(['app/worker/main.ts', 'app/web.ts', 'app/main.ts'])(
  '%s without its configuration ends with one message that lists every fault, on stderr and in the log',
  async (entry) => {
    const said = `The configuration is not complete (see .env.example):
  - SHOPIFY_API_KEY is missing
  - SHOPIFY_API_SECRET is missing
  - SHOPIFY_APP_URL is missing
  - ENCRYPTION_KEY is missing
`
    expect(await run(entry, {})).toEqual({
      code: 1,
      said,
      logged: [expect.objectContaining({ event: 'cannot_start', level: 'fatal', why: said.trimEnd() })],
    })
  },
)

test.each(['app/worker/main.ts', 'app/web.ts'])(
  '%s with a bad configuration names each fault, and repeats no value',
  async (entry) => {
    const bad = {
      SHOPIFY_API_KEY: '',
      SHOPIFY_API_SECRET: 'hush-secret',
      SHOPIFY_APP_URL: 'ftp://hush-address',
      ENCRYPTION_KEY: 'hush-key',
      DATABASE_URL: 'mysql://hush:password@db',
      KLAVIYO_BASE_URL: 'hush-klaviyo',
      PORT: 'hush-port',
      WORKER_SHOPS: '0',
      SUPPORT_URL: 'javascript:hush()',
      PRIVACY_POLICY_URL: 'mailto:hush@example.com',
      LOG_LEVEL: 'hush',
    }
    const { code, said, logged } = await run(entry, bad)

    expect(code).toBe(1)
    expect(
      said
        .split('\n')
        .filter((line) => line.startsWith('  - '))
        .map((line) => line.split(' ')[3]),
    ).toEqual([
      'SHOPIFY_API_KEY',
      'SHOPIFY_APP_URL',
      'ENCRYPTION_KEY',
      'DATABASE_URL',
      'KLAVIYO_BASE_URL',
      'PORT',
      'WORKER_SHOPS',
      'SUPPORT_URL',
      'PRIVACY_POLICY_URL',
      'LOG_LEVEL',
    ])
    expect(JSON.stringify(logged)).not.toMatch(/hush/)
    expect(said).not.toMatch(/hush/)
    expect(said).not.toMatch(/ at .*\(/)
  },
)

test.each(['app/worker/main.ts', 'app/web.ts'])(
  '%s that cannot reach its database ends, and says so without the password',
  async (entry) => {
    const { code, said, logged } = await run(entry, {
      ...good,
      DATABASE_URL: 'postgresql://lockstep:hush-password@127.0.0.1:9/lockstep',
    })
    expect(code).toBe(1)
    expect(said).toMatch(/^The database that DATABASE_URL names cannot be reached .*ECONNREFUSED.*: start it, or/)
    expect(logged).toEqual([expect.objectContaining({ event: 'cannot_start', level: 'fatal' })])
    expect(JSON.stringify([said, logged])).not.toMatch(/hush/)
  },
)

test('in production customers’ data go to an https address only', () => {
  const env = { ...good, NODE_ENV: 'production' }
  expect(parseConfig(env).klaviyoBaseUrl.href).toBe('https://a.klaviyo.com/')
  expect(() => parseConfig({ ...env, KLAVIYO_BASE_URL: 'http://a.klaviyo.com' })).toThrow(
    'KLAVIYO_BASE_URL must be https in production',
  )
})

test('connecting by OAuth needs both the id and the secret of an app, or neither', () => {
  expect(parseConfig(good).klaviyoOAuth).toBeNull()
  const app = { KLAVIYO_CLIENT_ID: 'a-client', KLAVIYO_CLIENT_SECRET: 'hush-client' }
  expect(parseConfig({ ...good, ...app }).klaviyoOAuth).toEqual({
    clientId: 'a-client',
    clientSecret: 'hush-client',
    authorizeUrl: new URL('https://www.klaviyo.com/oauth/authorize'),
  })
  for (const name of ['KLAVIYO_CLIENT_ID', 'KLAVIYO_CLIENT_SECRET'] as const)
    expect(() => parseConfig({ ...good, ...app, [name]: '' })).toThrow('either both set or both empty')
  const plain = { ...good, ...app, NODE_ENV: 'production', KLAVIYO_OAUTH_AUTHORIZE_URL: 'http://klaviyo.example' }
  expect(() => parseConfig(plain)).toThrow('KLAVIYO_OAUTH_AUTHORIZE_URL must be https in production')
})

test('alerts need a mail server and an address they come from, or neither', () => {
  expect(parseConfig(good).alerts).toEqual({ mail: null, allowsPrivate: false })
  const mail = { SMTP_URL: 'smtps://lockstep:hush@smtp.example.com:465', ALERTS_FROM: 'Lockstep <alerts@example.com>' }
  expect(parseConfig({ ...good, ...mail }).alerts.mail).toEqual({ smtpUrl: mail.SMTP_URL, from: mail.ALERTS_FROM })
  for (const name of ['SMTP_URL', 'ALERTS_FROM'] as const)
    expect(() => parseConfig({ ...good, ...mail, [name]: '' })).toThrow('either both set or both empty')
  expect(() => parseConfig({ ...good, ...mail, ALERTS_FROM: 'a@b.example\nBcc: c@d.example' })).toThrow('ALERTS_FROM')
})

test('the app’s private key is RSA with at least 3072 bits, given in the environment or in a file, and never repeated', () => {
  const pemOf = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const pem = pemOf(3072)
  const file = `${mkdtempSync(join(tmpdir(), 'app-key-'))}/private.pem`
  writeFileSync(file, pem)
  expect(parseConfig(good).shopify.appKey).toBeNull()
  for (const given of [
    { SHOPIFY_APP_PRIVATE_KEY: pem },
    { SHOPIFY_APP_PRIVATE_KEY: pem.replaceAll('\n', '\\n') },
    { SHOPIFY_APP_PRIVATE_KEY_FILE: file },
  ])
    expect(parseConfig({ ...good, ...given, SHOPIFY_APP_KEY_ID: 'one' }).shopify.appKey).toMatchObject({ id: 'one' })
  for (const [given, words] of [
    [{ SHOPIFY_APP_PRIVATE_KEY: pem, SHOPIFY_APP_PRIVATE_KEY_FILE: file }, 'not both set'],
    [{ SHOPIFY_APP_PRIVATE_KEY: 'hush' }, 'not a private key in PEM form'],
    [{ SHOPIFY_APP_PRIVATE_KEY: pemOf(2048) }, 'at least 3072 bits'],
    [{ SHOPIFY_APP_PRIVATE_KEY_FILE: '/nowhere/hush' }, 'no file that can be read'],
  ] as const) {
    expect(() => parseConfig({ ...good, ...given })).toThrow(words)
    expect(() => parseConfig({ ...good, ...given })).not.toThrow(/hush|PRIVATE KEY-----/)
  }
})

test('an empty variable counts as missing', () => {
  expect(parseConfig({ ...good, DATABASE_URL: '', PORT: '', HOST: '' })).toMatchObject({
    databaseUrl: null,
    port: 3000,
    host: '127.0.0.1',
  })
})

test('.env.example lists just the variables that are read, in their order, with their defaults', () => {
  const lines = readFileSync(`${root}.env.example`, 'utf8').split('\n')
  const example = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value]]
  })

  const read = Object.entries(environment.shape).map(([name, schema]) => {
    const untold = schema.safeParse(undefined)
    return [name, untold.success && untold.data !== undefined ? String(untold.data) : '']
  })
  expect(example).toEqual(read)
})
