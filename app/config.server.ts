import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

export interface Config {
  readonly shopify: {
    readonly apiKey: string
    /** What requests to Shopify are made with. */
    readonly apiSecret: string
    /** The secret before this one, whose signatures are still accepted; null unless the secret is being changed. */
    readonly oldApiSecret: string | null
    readonly appUrl: URL
  }
  readonly sealing: {
    /** The first one seals, all open what they sealed. */
    readonly keys: readonly SealingKey[]
    /** Whether what is sealed begins with the id of its key: when ENCRYPTION_KEYS is set. */
    readonly writesIds: boolean
  }
  readonly klaviyoBaseUrl: URL
  /** Null for the embedded database. */
  readonly databaseUrl: string | null
  readonly host: string
  readonly port: number
  /** How long the web process keeps accepting requests after SIGTERM, in milliseconds. */
  readonly shutdownDelayMs: number
  /** How many shops' live changes one worker process sends at a time; half as many have their runs advanced beside them. */
  readonly workerShops: number
  readonly alerts: {
    /** The mail server, with its login, and the address from which alerts come; null if alerts are not sent by e-mail. */
    readonly mail: { readonly smtpUrl: string; readonly from: string } | null
    /** Whether alerts may be sent to addresses in private networks, and without TLS. */
    readonly allowsPrivate: boolean
  }
  /** Where merchants reach the operator's support, https or mailto; null if the operator named no address. */
  readonly supportUrl: string | null
}

/** A key that seals secrets in the database. */
export interface SealingKey {
  /** Follows from the key, so that no two keys have the same, and says nothing about it. */
  readonly id: string
  /** Of 32 bytes. As an object, because Node would make one of the bytes for each value that is sealed. */
  readonly key: KeyObject
}

/** Lists everything that is wrong with the environment, for the person who deploys. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const flagless = { error: 'is missing' }

/** The variables of the environment, in the order of `.env.example`. */
export const environment = z.object({
  SHOPIFY_API_KEY: z.string(flagless).min(1, 'is empty'),
  SHOPIFY_API_SECRET: z.string(flagless).min(1, 'is empty'),
  SHOPIFY_API_SECRET_OLD: z.string().optional(),
  SHOPIFY_APP_URL: z.string(flagless).pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })),
  ENCRYPTION_KEY: z.string(flagless).regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits: openssl rand -hex 32'),
  ENCRYPTION_KEYS: z
    .string()
    .regex(/^[0-9a-f]{64}(\s*,\s*[0-9a-f]{64})*$/i, 'must be keys of 64 hexadecimal digits, with commas between them')
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional(),
  KLAVIYO_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .default('https://a.klaviyo.com'),
  HOST: z.string().min(1, 'is empty').default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(0).max(65_535).default(3000),
  // The whole stop takes at most 18 seconds (process/until-stopped.ts).
  SHUTDOWN_DELAY_MS: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(0)
    .max(10_000)
    .default(5000),
  WORKER_SHOPS: z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(1).max(64).default(6),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s/]+/, 'must begin with smtp:// or smtps://')
    .optional(),
  ALERTS_FROM: z
    .string()
    .regex(/^[^\r\n]*\S+@\S+$/, 'must be an e-mail address, or a name with one: Lockstep <alerts@example.com>')
    .optional(),
  ALERTS_PRIVATE_RECEIVERS: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  SUPPORT_URL: z.url({ protocol: /^(https|mailto)$/, error: 'must be an https or mailto address' }).optional(),
  NODE_ENV: z.string().optional(),
})

/** Parses the environment. Throws a ConfigError that names every fault at once; it never repeats a value. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const expected = set.ENCRYPTION_KEYS === undefined ? environment : environment.partial({ ENCRYPTION_KEY: true })
  const parsed = expected.safeParse(set)
  if (!parsed.success) throw configError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`))
  const values = parsed.data
  // A stray variable must not decide where customers' data go.
  if (values.NODE_ENV === 'production' && !values.KLAVIYO_BASE_URL.startsWith('https://')) {
    throw configError(['KLAVIYO_BASE_URL must be https in production'])
  }
  if ((values.SMTP_URL === undefined) !== (values.ALERTS_FROM === undefined)) {
    throw configError(['SMTP_URL and ALERTS_FROM are either both set or both empty'])
  }
  return {
    shopify: {
      apiKey: values.SHOPIFY_API_KEY,
      apiSecret: values.SHOPIFY_API_SECRET,
      oldApiSecret: values.SHOPIFY_API_SECRET_OLD ?? null,
      appUrl: new URL(values.SHOPIFY_APP_URL),
    },
    sealing: sealingOf(values),
    klaviyoBaseUrl: new URL(values.KLAVIYO_BASE_URL),
    databaseUrl: values.DATABASE_URL ?? null,
    host: values.HOST,
    port: values.PORT,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    workerShops: values.WORKER_SHOPS,
    alerts: {
      mail: values.SMTP_URL && values.ALERTS_FROM ? { smtpUrl: values.SMTP_URL, from: values.ALERTS_FROM } : null,
      allowsPrivate: values.ALERTS_PRIVATE_RECEIVERS === 'true',
    },
    supportUrl: values.SUPPORT_URL ?? null,
  }
}

function sealingOf(values: { ENCRYPTION_KEY?: string | undefined; ENCRYPTION_KEYS?: string | undefined }) {
  const listed = values.ENCRYPTION_KEYS?.split(',') ?? []
  const all = [...listed, values.ENCRYPTION_KEY ?? []].flat().map((hex) => hex.trim().toLowerCase())
  return { keys: [...new Set(all)].map(sealingKeyOf), writesIds: listed.length > 0 }
}

function sealingKeyOf(hex: string): SealingKey {
  const key = createSecretKey(hex, 'hex')
  return { id: createHmac('sha256', key).update('id of a sealing key').digest('hex').slice(0, 8), key }
}

function configError(faults: readonly string[]): ConfigError {
  return new ConfigError(
    `The configuration is not complete (see .env.example):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
  )
}

export const config: Config = parseConfig(process.env)
