import { createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { type Level, levels } from '#app/telemetry/levels.ts'

export interface Config {
  readonly shopify: { readonly apiKey: string; readonly apiSecret: string; readonly appUrl: URL }
  /** Of 32 bytes. As an object, because Node would make one of the bytes for each value that is sealed. */
  readonly encryptionKey: KeyObject
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
  /** Log lines of a lower level are not written. */
  readonly logLevel: Level
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
  SHOPIFY_APP_URL: z.string(flagless).pipe(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })),
  ENCRYPTION_KEY: z.string(flagless).regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits: openssl rand -hex 32'),
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
  LOG_LEVEL: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }).default('info'),
  NODE_ENV: z.string().optional(),
})

/** Parses the environment. Throws a ConfigError that names every fault at once; it never repeats a value. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(set)
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
      appUrl: new URL(values.SHOPIFY_APP_URL),
    },
    encryptionKey: createSecretKey(values.ENCRYPTION_KEY, 'hex'),
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
    logLevel: values.LOG_LEVEL,
  }
}

function configError(faults: readonly string[]): ConfigError {
  return new ConfigError(
    `The configuration is not complete (see .env.example):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
  )
}

export const config: Config = parseConfig(process.env)
