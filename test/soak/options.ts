import { parseArgs } from 'node:util'

/** How a soak is run. */
export interface SoakOptions {
  /** How long shops change and accidents happen. Filling the shops before and coming to rest afterwards are not in it. */
  readonly minutes: number
  readonly shops: number
  readonly webhooksPerSecond: number
  /** Seconds between two kill -9. */
  readonly killEvery: number
  /** Seconds between two frozen database connections. */
  readonly freezeEvery: number
  /** Accounts for which Klaviyo answers nothing. */
  readonly hanging: number
  readonly seed: number
  /** Whether goals of time and rate that are missed make it fail, too. */
  readonly strict: boolean
}

const defaults = {
  minutes: 2,
  shops: 200,
  'webhooks-per-second': 500,
  'kill-every': 20,
  'freeze-every': 60,
  hanging: 6,
}

/** Parses the command's arguments. Throws an Error with a sentence for whoever typed them. */
export function soakOptions(args: readonly string[]): SoakOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: text,
      shops: text,
      'webhooks-per-second': text,
      'kill-every': text,
      'freeze-every': text,
      hanging: text,
      seed: text,
      strict: { type: 'boolean', default: false },
    },
  })
  const number = (name: keyof typeof defaults | 'seed', least: number) => {
    const value = Number(values[name] ?? (name === 'seed' ? 1 : defaults[name]))
    if (Number.isFinite(value) && value >= least) return value
    throw new Error(`--${name} must be a number of at least ${least}, and is ${values[name]}`)
  }
  const shops = Math.floor(number('shops', 4))
  return {
    minutes: number('minutes', 0.1),
    shops,
    webhooksPerSecond: number('webhooks-per-second', 1),
    killEvery: number('kill-every', 1),
    freezeEvery: number('freeze-every', 1),
    hanging: Math.min(Math.floor(number('hanging', 0)), Math.floor(shops / 4)),
    seed: number('seed', 0),
    strict: values.strict,
  }
}
