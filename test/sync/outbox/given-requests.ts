import type { RequestKind } from '#app/core/flow/outbox.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenLoyalShop, points, tier } from '../loyalty/given-loyalty.ts'

/** What leads to a request of one kind, and what comes of it, as Klaviyo or the store shows it. */
export interface GivenRequest {
  readonly given: InstalledShop
  /** What happens in Shopify. The next turns write the request down and send it. */
  readonly happen: () => Promise<unknown>
  readonly outcome: () => unknown
  readonly wanted: unknown
}

export interface KindUnderTest {
  readonly kind: RequestKind
  readonly operation: OperationName
  readonly given: (sandbox: Sandbox) => Promise<GivenRequest>
}

const IMPORTED = 60

/** A shop in which customers appear, and how many of them are in sync. */
async function givenNewCustomers(sandbox: Sandbox) {
  const given = await givenConnectedShop(sandbox)
  const synced = `select count(*)::int as synced from profile where shop = $1 and state = 'synced'`
  return {
    ...{ given, wanted: [{ synced: IMPORTED }] },
    outcome: () => rowsIn(sandbox.databaseUrl, synced, [given.domain]),
    create: () =>
      Array.from({ length: IMPORTED }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` })),
  }
}

export const kindsUnderTest: readonly KindUnderTest[] = [
  {
    kind: 'import',
    operation: 'get_bulk_import_profiles_job',
    async given(sandbox) {
      const { create, ...one } = await givenNewCustomers(sandbox)
      return { ...one, happen: () => tell(one.given.domain, ...create()) }
    },
  },
  {
    kind: 'run_import',
    operation: 'get_bulk_import_profiles_job',
    async given(sandbox) {
      const { create, ...one } = await givenNewCustomers(sandbox)
      skip(61 * 60_000) // a full sync may be started once an hour
      return {
        ...one,
        async happen() {
          create()
          await startFullSync(one.given.domain, { trigger: 'by_hand', by: null, now: clock() })
        },
      }
    },
  },
  {
    kind: 'event',
    operation: 'create_event',
    async given(sandbox) {
      const given = await givenLoyalShop(sandbox)
      return {
        ...{ given, outcome: given.recorded, wanted: [points(250, 300), tier('Gold', 'Black')] },
        happen: () => given.change({ points: 300, tier: 'Black' }),
      }
    },
  },
  {
    kind: 'merge',
    operation: 'merge_profiles',
    async given(sandbox) {
      const given = await givenConnectedShop(sandbox, ({ customers }) => {
        for (const name of ['kept', 'gone']) customers.create({ email: `${name}@example.com`, firstName: name })
      })
      const [kept, gone] = given.shop.customers.ascending()
      return {
        ...{ given, outcome: () => addressesIn(sandbox, given), wanted: ['kept@example.com'] },
        async happen() {
          given.shop.webhooks.automatic = true
          given.shop.customers.merge(kept!.id, gone!.id)
          await given.shop.webhooks.flush()
        },
      }
    },
  },
  {
    kind: 'erase',
    operation: 'request_profile_deletion',
    async given(sandbox) {
      const given = await givenConnectedShop(sandbox, ({ customers }) => {
        for (const name of ['ada', 'ben']) customers.create({ email: `${name}@example.com` })
      })
      const [ada] = given.shop.customers.ascending()
      return {
        ...{ given, outcome: () => addressesIn(sandbox, given), wanted: ['ben@example.com'] },
        async happen() {
          given.shop.customers.remove(ada!.id)
          given.shop.webhooks.send('customers/redact', ada!)
          await given.shop.webhooks.flush()
        },
      }
    },
  },
  {
    kind: 'fetch_ids',
    operation: 'get_profiles_for_bulk_import_profiles_job',
    async given(sandbox) {
      const given = await givenConnectedShop(sandbox)
      const fetched = 'select count(*)::int as fetched from profile where shop = $1 and klaviyo_id is not null'
      return {
        ...{ given, wanted: [{ fetched: IMPORTED }] },
        outcome: () => rowsIn(sandbox.databaseUrl, fetched, [given.domain]),
        async happen() {
          const made = Array.from({ length: IMPORTED }, (_, i) =>
            given.shop.customers.create({ email: `c${i}@example.com` }),
          )
          await tell(given.domain, ...made)
        },
      }
    },
  },
]

function addressesIn(sandbox: Sandbox, { accountId }: InstalledShop): (string | null | undefined)[] {
  return [...sandbox.klaviyo.account(accountId).profiles()].map(({ attributes }) => attributes.email).sort()
}
