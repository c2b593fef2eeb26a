import { beforeAll, expect, test } from 'vitest'
import { requestKinds, requestPolicies } from '#app/core/flow/outbox.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { requestsOf } from '#test/support/requests.ts'
import { givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { type GivenRequest, type KindUnderTest, kindsUnderTest } from './given-requests.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)
beforeAll(() => prepareKilling(sandbox))

const HOUR_MS = 60 * 60_000
/** After this long another worker may take over from one that died, and its leases expire. */
const LAPSE_MS = 3 * 60_000

const cause = ({ operation }: KindUnderTest, { given }: GivenRequest, fault: Partial<FaultSpec>) =>
  sandbox.klaviyo.faults.add({ ...fault, operations: [operation], account: given.accountId } as FaultSpec)
const syncOneTurn = ({ given }: GivenRequest) => syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
const open = ({ kind }: KindUnderTest, { given }: GivenRequest) => requestsOf(sandbox.databaseUrl, given.domain, kind)

/** Runs turns until Klaviyo has been asked at least once for what the kind is about. Returns when the shop next has work. */
async function syncUntilAsked({ operation }: KindUnderTest, one: GivenRequest): Promise<Date | null> {
  const calls = callsSince(sandbox, one.given.accountId)
  for (;;) {
    const next = await syncOneTurn(one)
    if (calls(operation).length > 0) return next
    if (!next) throw new Error(`${operation} is never called`)
    skip(next.getTime() - Date.now())
  }
}

async function expectDone(kind: KindUnderTest, one: GivenRequest): Promise<void> {
  await syncToRest(one.given.domain)
  expect(await one.outcome()).toEqual(one.wanted)
  expect(await open(kind, one)).toEqual([])
  await expectLaw(sandbox, one.given)
}

test('every kind is tried here', () => {
  expect(kindsUnderTest.map(({ kind }) => kind).sort()).toEqual([...requestKinds].sort())
})

const faults = {
  'the connection is cut before': { kind: 'resetBefore', times: 3 },
  'the connection is cut after': { kind: 'resetAfter', times: 3 },
  'half of the answer is lost': { kind: 'truncate', times: 1 },
  'a server is away': { kind: 'status', status: 503, times: 5 },
} as const satisfies Record<string, Partial<FaultSpec>>

test.each(
  kindsUnderTest.flatMap((kind) =>
    Object.entries(faults).map(([what, fault]) => ({ name: kind.kind, what, kind, fault })),
  ),
)('without a usable answer a request is sent again, and carried out once: $name, $what', async ({ kind, fault }) => {
  const one = await kind.given(sandbox)
  cause(kind, one, fault)
  await one.happen()
  await expectDone(kind, one)
})

const each = test.each(kindsUnderTest.map((kind) => ({ name: kind.kind, kind })))

each('an account that must wait waits as long as Klaviyo says, and no attempt is used up: $name', async ({ kind }) => {
  const one = await kind.given(sandbox)
  cause(kind, one, { kind: 'throttle', retryAfterSeconds: 45, times: 1 })
  await one.happen()
  const startedAt = Date.now()
  const next = await syncUntilAsked(kind, one)

  expect(next!.getTime()).toBeGreaterThanOrEqual(startedAt + 45_000)
  const attempts = (await open(kind, one)).map(({ attempt }) => attempt)
  expect(new Set(attempts)).toEqual(new Set([0]))
  await expectDone(kind, one)
})

each('a key that Klaviyo no longer accepts is refused, and the request waits for the next one: $name', async (of) => {
  const { kind } = of
  const one = await kind.given(sandbox)
  cause(kind, one, { kind: 'unauthorized' })
  await one.happen()
  await syncUntilAsked(kind, one)
  expect(await findConnection(one.given.domain, autocommit)).toMatchObject({ refusedAt: expect.any(Date) })
  expect(await open(kind, one)).not.toEqual([])

  sandbox.klaviyo.faults.clear()
  await connectKlaviyo(one.given.domain, one.given.key, clock())
  await expectDone(kind, one)
})

each('while the integration is off only what must go on is sent: $name', async ({ kind }) => {
  const one = await kind.given(sandbox)
  cause(kind, one, { kind: 'status', status: 503 })
  await one.happen()
  await syncUntilAsked(kind, one)
  await switchOff(one.given)
  sandbox.klaviyo.faults.clear()
  const calls = callsSince(sandbox, one.given.accountId)
  skip(HOUR_MS)
  await syncToRest(one.given.domain)
  expect(calls(kind.operation).length > 0).toBe(requestPolicies[kind.kind].whileOff)
  expect((await open(kind, one)).length > 0).toBe(!requestPolicies[kind.kind].whileOff)

  await switchOn(one.given, 'past_and_future')
  await expectDone(kind, one)
})

each('in another account nothing is asked that was meant for the one before: $name', async ({ kind }) => {
  const one = await kind.given(sandbox)
  cause(kind, one, { kind: 'status', status: 503 })
  await one.happen()
  await syncUntilAsked(kind, one)
  const other = await givenInstalledShop(sandbox)
  await connectKlaviyo(one.given.domain, other.key, clock())
  await syncToRest(one.given.domain)
  expect((await open(kind, one)).length > 0).toBe(kind.kind === 'erase')
  expect(sandbox.klaviyo.account(other.accountId).deletions).toEqual([])
  expect(sandbox.klaviyo.account(other.accountId).parts.events.all()).toEqual([])
  await expectLaw(sandbox, { ...one.given, accountId: other.accountId })
})

each(
  'a worker killed at any read of the clock leaves it carried out once: $name',
  async ({ kind }) => {
    for (const look of looksFrom(1)) {
      const one = await kind.given(sandbox)
      await one.happen()
      const wasKilled = await syncUntilKilled(sandbox, one.given, look)
      skip(LAPSE_MS)
      await syncToRest(one.given.domain)
      expect([look, await one.outcome(), await open(kind, one)]).toEqual([look, one.wanted, []])
      await expectLaw(sandbox, one.given)
      if (!wasKilled) break
    }
  },
  240_000,
)
