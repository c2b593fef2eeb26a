import { createHmac, createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Level, levels } from '#app/telemetry/levels.ts'

export interface Config {
  readonly shopify: {
    readonly apiKey: string
    /** What requests to Shopify are made with. */
    readonly apiSecret: string
    /** The secret before this one, whose signatures are still accepted; null unless the secret is being changed. */
    readonly oldApiSecret: string | null
    readonly appUrl: URL
    /** The app's own private key (RSA, at least 3072 bits) and its id at Shopify, null if it has none; null without a key. */
    readonly appKey: { readonly privateKey: KeyObject; readonly id: string | null } | null
  }
  readonly sealing: {
    /** The first one seals, all open what they sealed. */
    readonly keys: readonly SealingKey[]
    /** Whether what is sealed begins with the id of its key: when ENCRYPTION_KEYS is set. */
    readonly writesIds: boolean
  }
  readonly klaviyoBaseUrl: URL
  /** The app at Klaviyo by which merchants connect without a key; null if only keys are offered. */
  readonly klaviyoOAuth: { readonly clientId: string; readonly clientSecret: string; readonly authorizeUrl: URL } | null
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
  /** The queues that bring Shopify's deliveries beside HTTPS; null where none is read. */
  readonly queues: {
    /** The full name of a Google Pub/Sub subscription. */
    readonly pubsubSubscription: string | null
    /** The address of an Amazon SQS queue that a rule of EventBridge fills. */
    readonly sqsQueueUrl: string | null
  }
  /** A file that every backup touches at its end, for the doctor; null if none does. */
  readonly backupStatusFile: string | null
  /** Where merchants reach the operator's support, https or mailto; null if the operator named no address. */
  readonly supportUrl: string | null
  /** The operator's privacy policy; null if the operator named none. */
  readonly privacyPolicyUrl: string | null
  /** Where this process answers Prometheus and probes; null if nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null
  /** Where traces are sent, and which share of them, from 0 to 1; null if none are made. */
  readonly tracing: { readonly endpoint: URL; readonly share: number } | null
  /** Log lines of a lower level are not written. */
  readonly logLevel: Level
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
  SHOPIFY_APP_PRIVATE_KEY: z.string().optional(),
  SHOPIFY_APP_PRIVATE_KEY_FILE: z.string().optional(),
  SHOPIFY_APP_KEY_ID: z.string().optional(),
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
  // Opaque at Klaviyo; a colon would end the id in the header that carries both.
  KLAVIYO_CLIENT_ID: z
    .string()
    .regex(/^[^\s:]+$/, 'must have no spaces and no colon')
    .optional(),
  KLAVIYO_CLIENT_SECRET: z.string().regex(/^\S+$/, 'must have no spaces').optional(),
  KLAVIYO_OAUTH_AUTHORIZE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
    .default('https://www.klaviyo.com/oauth/authorize'),
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
  PUBSUB_SUBSCRIPTION: z
    .string()
    .regex(
      /^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/,
      'must look like projects/my-project/subscriptions/my-subscription',
    )
    .optional(),
  SQS_QUEUE_URL: z.url({ protocol: /^https?$/, error: 'must be the http(s) address of a queue' }).optional(),
  BACKUP_STATUS_FILE: z.string().optional(),
  SUPPORT_URL: z.url({ protocol: /^(https|mailto)$/, error: 'must be an https or mailto address' }).optional(),
  PRIVACY_POLICY_URL: z.url({ protocol: /^https$/, error: 'must be an https address' }).optional(),
  LOG_LEVEL: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }).default('info'),
  METRICS_PORT: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(0)
    .max(65_535)
    .optional(),
  METRICS_HOST: z.string().min(1, 'is empty').default('127.0.0.1'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number' })
    .min(0, 'must be at least 0')
    .max(1, 'must be at most 1')
    .default(1),
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
  if (values.NODE_ENV === 'production') {
    const addresses = ['KLAVIYO_BASE_URL', 'KLAVIYO_OAUTH_AUTHORIZE_URL'] as const
    const plain = addresses.filter((name) => !values[name].startsWith('https://'))
    if (plain.length > 0) throw configError(plain.map((name) => `${name} must be https in production`))
  }
  if ((values.KLAVIYO_CLIENT_ID === undefined) !== (values.KLAVIYO_CLIENT_SECRET === undefined)) {
    throw configError(['KLAVIYO_CLIENT_ID and KLAVIYO_CLIENT_SECRET are either both set or both empty'])
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
      appKey: appKeyIn(values),
    },
    sealing: sealingOf(values),
    klaviyoBaseUrl: new URL(values.KLAVIYO_BASE_URL),
    klaviyoOAuth:
      values.KLAVIYO_CLIENT_ID && values.KLAVIYO_CLIENT_SECRET
        ? {
            clientId: values.KLAVIYO_CLIENT_ID,
            clientSecret: values.KLAVIYO_CLIENT_SECRET,
            authorizeUrl: new URL(values.KLAVIYO_OAUTH_AUTHORIZE_URL),
          }
        : null,
    databaseUrl: values.DATABASE_URL ?? null,
    host: values.HOST,
    port: values.PORT,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    workerShops: values.WORKER_SHOPS,
    alerts: {
      mail: values.SMTP_URL && values.ALERTS_FROM ? { smtpUrl: values.SMTP_URL, from: values.ALERTS_FROM } : null,
      allowsPrivate: values.ALERTS_PRIVATE_RECEIVERS === 'true',
    },
    queues: {
      pubsubSubscription: values.PUBSUB_SUBSCRIPTION ?? null,
      sqsQueueUrl: values.SQS_QUEUE_URL ?? null,
    },
    backupStatusFile: values.BACKUP_STATUS_FILE ?? null,
    supportUrl: values.SUPPORT_URL ?? null,
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: new URL(values.OTEL_EXPORTER_OTLP_ENDPOINT), share: values.OTEL_TRACES_SAMPLER_ARG }
      : null,
    privacyPolicyUrl: values.PRIVACY_POLICY_URL ?? null,
    logLevel: values.LOG_LEVEL,
    metrics: values.METRICS_PORT === undefined ? null : { host: values.METRICS_HOST, port: values.METRICS_PORT },
  }
}

/** What Shopify's documentation makes a key with. */
const SMALLEST_KEY_BITS = 3072

type KeyVariable = 'SHOPIFY_APP_PRIVATE_KEY' | 'SHOPIFY_APP_PRIVATE_KEY_FILE' | 'SHOPIFY_APP_KEY_ID'

function appKeyIn(values: Pick<z.infer<typeof environment>, KeyVariable>): Config['shopify']['appKey'] {
  const { SHOPIFY_APP_PRIVATE_KEY: key, SHOPIFY_APP_PRIVATE_KEY_FILE: file, SHOPIFY_APP_KEY_ID: id = null } = values
  if (key !== undefined && file !== undefined) {
    throw configError(['SHOPIFY_APP_PRIVATE_KEY and SHOPIFY_APP_PRIVATE_KEY_FILE are not both set'])
  }
  if (key !== undefined) return { privateKey: rsaKey(key, 'SHOPIFY_APP_PRIVATE_KEY'), id }
  return file === undefined ? null : { privateKey: rsaKey(textOf(file), 'SHOPIFY_APP_PRIVATE_KEY_FILE'), id }
}

/** Where a variable cannot hold several lines, its lines are written with \n between them. */
function rsaKey(pem: string, variable: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem.replaceAll('\\n', '\n'))
  } catch {
    throw configError([`${variable} is not a private key in PEM form, without a password`])
  }
  if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails!.modulusLength! >= SMALLEST_KEY_BITS) return key
  throw configError([`${variable} must be an RSA key of at least ${SMALLEST_KEY_BITS} bits`])
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw configError(['SHOPIFY_APP_PRIVATE_KEY_FILE names no file that can be read'])
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
