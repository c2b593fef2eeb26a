import { createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

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
  }
}

function configError(faults: readonly string[]): ConfigError {
  return new ConfigError(
    `The configuration is not complete (see .env.example):\n${faults.map((f) => `  - ${f}`).join('\n')}`,
  )
}

export const config: Config = parseConfig(process.env)
