import { setTimeout as wait } from 'node:timers/promises'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import type { SoakOptions } from './options.ts'
import type { Surroundings } from './processes/surroundings.ts'
import type { SoakShop } from './soak-shops.ts'

/** How long a connection stays frozen: longer than any statement may take. */
const FROZEN_MS = 40_000
/** The part of the soak in which Klaviyo hangs. It is released before the end, since what waits for it comes to rest only afterwards. */
const HANGING_SHARE = 0.6

export interface AccidentFigures {
  readonly kills: number
  readonly freezes: number
}

/** Lets accidents happen until `signal` is aborted: processes are killed, connections freeze, Klaviyo hangs, and shops connect. */
export async function accidents(
  { processes, proxy, standIns }: Surroundings,
  shops: readonly SoakShop[],
  { minutes, killEvery, freezeEvery, seed }: SoakOptions,
  signal: AbortSignal,
): Promise<AccidentFigures> {
  const random: Random = seededRandom(seed)
  const figures = { kills: 0, freezes: 0 }
  const mortal = processes.filter(({ name }) => !name.endsWith(' 1'))
  const hanging = shops.filter(({ kind }) => kind === 'hanging').map(({ account }) => account)
  const newcomers = shops.filter(({ kind }) => kind === 'newcomer')
  const durationMs = minutes * 60_000

  const kill = async () => {
    const alive = mortal.filter(({ pid }) => pid !== null)
    if (alive.length === 0) return
    pick(random, alive).kill()
    figures.kills++
  }
  const freeze = async () => {
    const release = proxy.freezeOne(random())
    figures.freezes++
    void wait(FROZEN_MS).then(release)
  }
  const connectNext = async () => {
    const next = newcomers[0]
    // A merchant whose page did not load, because its process was killed, presses again.
    if (
      next &&
      (await standIns('connect', next).then(
        () => true,
        () => false,
      ))
    )
      newcomers.shift()
  }
  const hang = async () => {
    await standIns('hang', hanging)
    await pause(durationMs * HANGING_SHARE, signal)
    await standIns('answerAgain')
  }
  await Promise.all([
    every(killEvery * 1_000, signal, kill),
    every(freezeEvery * 1_000, signal, freeze),
    every(durationMs / (newcomers.length + 1), signal, connectNext),
    hang(),
  ])
  for (const shop of newcomers) await standIns('connect', shop)
  return figures
}

async function every(ms: number, signal: AbortSignal, happen: () => Promise<void>): Promise<void> {
  while (await pause(ms, signal)) await happen()
}

/** Yields false when it was ended before. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return wait(ms, true, { signal }).catch(() => false)
}
