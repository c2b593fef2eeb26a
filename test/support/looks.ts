import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { clock, skip } from './clock.ts'
import { rowsIn } from './rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

// A conductor looks at its clock between any two of its steps. What happens "at its n-th look" happens in the middle of its
// work, and with n running over all its looks, in every place where it could.

const STRIDE = Number(process.env.LOOKS_STRIDE ?? 3)

/** Looks from `first` on, without end: each third one, or all of them with LOOKS_STRIDE=1. */
export function* looksFrom(first: number): Generator<number, never> {
  for (let look = first; ; look += STRIDE) yield look
}

/** A clock at whose n-th look, from 1, something begins to happen beside. `done` resolves when it has, or never had to. */
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

/** A clock that only counts how often it is looked at. */
export const countingClock = () => eventfulClock(0, async () => {})

const LONGEST_TO_REST_MS = 50_000

/** Conducts a shop by a clock of the test's own until there is nothing left to do; every wait of the app's own takes no time. */
export async function conductToRestBy({ domain }: Pick<InstalledShop, 'domain'>, watched: () => Date): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_TO_REST_MS)
  for (;;) {
    const next = await conductShop(domain, { clock: watched, signal })
    if (!next) return
    if (signal.aborted) throw new Error(`${domain} did not come to rest`)
    skip(next.getTime() - Date.now())
  }
}

class Killed extends Error {}

/** For `conductUntilKilled`, once in a test file: in a shop whose conductor is being killed, nothing is let go of. */
export async function prepareKilling({ databaseUrl }: Sandbox): Promise<void> {
  await rowsIn(databaseUrl, 'create table killed_conductor (shop text primary key)')
  await rowsIn(
    databaseUrl,
    `create function keep_what_is_held() returns trigger language plpgsql as
      'begin if exists (select 1 from killed_conductor k where k.shop = to_jsonb(old)->>tg_argv[0]) then return null; end if; return new; end'`,
  )
  await rowsIn(
    databaseUrl,
    `create trigger keep_shop before update on shop for each row
      when (old.conductor is not null and new.conductor is null) execute function keep_what_is_held('domain')`,
  )
  await rowsIn(
    databaseUrl,
    `create trigger keep_marks before update on dirty_customer for each row
      when (old.lease is not null and new.lease is null and old.attempt = new.attempt and old.not_before = new.not_before)
      execute function keep_what_is_held('shop')`,
  )
}

/**
 * Conducts a shop as a process does that is killed after so many looks at the clock: what it holds stays held until it lapses.
 * Yields whether it came that far.
 */
export async function conductUntilKilled(
  { databaseUrl }: Sandbox,
  { domain }: Pick<InstalledShop, 'domain'>,
  looks: number,
  watched: () => Date = clock,
): Promise<boolean> {
  let left = looks
  const dyingClock = () => {
    if (left-- <= 0) throw new Killed()
    return watched()
  }
  await rowsIn(databaseUrl, 'insert into killed_conductor values ($1)', [domain])
  try {
    await conductShop(domain, { clock: dyingClock, signal: AbortSignal.timeout(30_000) })
    return false
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return true
  } finally {
    await rowsIn(databaseUrl, 'delete from killed_conductor where shop = $1', [domain])
  }
}
