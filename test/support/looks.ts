import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from './clock.ts'
import { rowsIn } from './rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

// A turn reads its clock between any two of its steps (a "look"). Something that happens at the n-th look happens in the middle of the turn,
// and with n running over all looks, in every place where it can.

const STRIDE = Number(process.env.LOOKS_STRIDE ?? 3)

/** Numbers of looks from `first` on, without end: every third one, or all of them with LOOKS_STRIDE=1. */
export function* looksFrom(first: number): Generator<number, never> {
  for (let look = first; ; look += STRIDE) yield look
}

/** A clock that calls `happen` at the n-th look, from 1, without waiting for it. `done` resolves when it has ended, or was never called. */
export function eventfulClock(
  n: number,
  happen: () => Promise<unknown>,
): { readonly clock: () => Date; readonly looks: () => number; readonly done: () => Promise<unknown> } {
  let looks = 0
  let happening: Promise<unknown> | null = null
  return {
    clock: () => {
      if (++looks === n) happening = happen()
      return clock()
    },
    looks: () => looks,
    done: async () => happening,
  }
}

/** A clock that only counts how often it is read. */
export const countingClock = () => eventfulClock(0, async () => {})

const LONGEST_TO_REST_MS = 50_000

/** Runs turns of a shop, with a clock of the test's own, until it has no work. The clock skips all waits. */
export async function syncToRestBy({ domain }: Pick<InstalledShop, 'domain'>, watched: () => Date): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_TO_REST_MS)
  for (;;) {
    const next = await syncShop(domain, { clock: watched, signal })
    if (!next) return
    if (signal.aborted) throw new Error(`${domain} did not come to rest`)
    skip(next.getTime() - Date.now())
  }
}

class Killed extends Error {}

/** Needed once in a test file for `syncUntilKilled`: adds triggers that keep the leases of a shop whose turn is being killed. */
export async function prepareKilling({ databaseUrl }: Sandbox): Promise<void> {
  await rowsIn(databaseUrl, 'create table killed_turn (shop text primary key)')
  await rowsIn(
    databaseUrl,
    `create function keep_what_is_held() returns trigger language plpgsql as
      'begin if exists (select 1 from killed_turn k where k.shop = to_jsonb(old)->>tg_argv[0]) then return null; end if; return new; end'`,
  )
  await rowsIn(
    databaseUrl,
    `create trigger keep_shop before update on shop for each row
      when (old.lease_holder is not null and new.lease_holder is null) execute function keep_what_is_held('domain')`,
  )
  await rowsIn(
    databaseUrl,
    `create trigger keep_marks before update on dirty_customer for each row
      when (old.lease is not null and new.lease is null and old.attempt = new.attempt and old.not_before = new.not_before)
      execute function keep_what_is_held('shop')`,
  )
}

/**
 * Runs a turn of a shop like a process that is killed after so many looks at the clock: its leases are kept until they expire. Returns false
 * if the turn ended earlier.
 */
export async function syncUntilKilled(
  { databaseUrl }: Sandbox,
  { domain }: Pick<InstalledShop, 'domain'>,
  looks: number,
  watched: () => Date = clock,
): Promise<boolean> {
  let remaining = looks
  const dyingClock = () => {
    if (remaining-- <= 0) throw new Killed()
    return watched()
  }
  await rowsIn(databaseUrl, 'insert into killed_turn values ($1)', [domain])
  try {
    await syncShop(domain, { clock: dyingClock, signal: AbortSignal.timeout(30_000) })
    return false
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return true
  } finally {
    await rowsIn(databaseUrl, 'delete from killed_turn where shop = $1', [domain])
  }
}
