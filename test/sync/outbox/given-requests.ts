import type { RequestKind } from '#app/core/flow/outbox.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
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

export const kindsUnderTest: readonly KindUnderTest[] = [
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
