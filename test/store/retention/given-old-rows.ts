import { randomUUID } from 'node:crypto'
import type { GivenStore } from '../given-store.ts'

/** Writes one row at an instant. Returns a function that tells whether it still exists. */
export type GivenRow = (at: Date) => Promise<() => Promise<boolean>>

let shops = 0
const anyShop = () => `old-${++shops}.myshopify.com`

const EARLY = new Date('2026-01-01T00:00:00Z')
const SEGMENT = 'gid://shopify/Segment/1'

/** For each rule with a time, by its table and rows: a row that the rule drops. */
export function oldRows(store: GivenStore): Record<string, GivenRow> {
  const insert = async (table: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row)
    const places = columns.map((_, i) => `$${i + 1}`)
    await store.rows(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      ...Object.values(row),
    )
    const by = columns.map((name, i) => `${name} is not distinct from $${i + 1}`).join(' and ')
    return async () => (await store.rows(`select 1 from ${table} where ${by}`, ...Object.values(row))).length > 0
  }
  const shopRow = async (facts: Record<string, unknown> = {}) => {
    const domain = anyShop()
    const isThere = await insert('shop', { domain, installed_at: EARLY, ...facts })
    return { shop: domain, isThere }
  }
  const request = async (facts: Record<string, unknown>) => {
    const { shop } = await shopRow()
    return insert('outbox', { shop, id: randomUUID(), payload: '{}', not_before: EARLY, ...facts })
  }
  const session = (shop: string, more: Record<string, unknown>) =>
    insert('"Session"', { id: `offline_${shop}`, shop, state: '', '"accessToken"': 'sealed', ...more })

  const stoppedSegmentList = (shop: string, at: Date) =>
    insert('segment_list', {
      shop,
      segment: SEGMENT,
      asked_at: EARLY,
      not_before: EARLY,
      problem: 'by_hand',
      stopped_at: at,
    })

  return {
    'connection: of shops without the app, with the encrypted key': async (at) => {
      const { shop } = await shopRow({ uninstalled_at: at })
      return insert('connection', { shop, account_id: shop, account_name: 'Ada', sealed_key: 's', connected_at: EARLY })
    },
    'shop: without the app, with everything that is stored of them': async (at) => {
      const { shop, isThere } = await shopRow({ uninstalled_at: at })
      const hasProfile = await insert('profile', { shop, customer_id: 1, state: 'synced', read_at: EARLY })
      const hasTombstone = await insert('tombstone', { shop, customer_id: 2, erased_at: EARLY })
      return async () => (await isThere()) || (await hasProfile()) || (await hasTombstone())
    },
    'Session: that have expired, of staff members or of shops without the app': async (at) => {
      const { shop } = await shopRow()
      return session(shop, { expires: at, '"isOnline"': true })
    },
    'klaviyo_budget: of accounts that no shop is connected to': (at) =>
      insert('klaviyo_budget', { account_id: anyShop(), endpoint: 'get_profile', windows: '[]', used_at: at }),
    'klaviyo_revocation: that could not be sent to Klaviyo': (at) =>
      insert('klaviyo_revocation', {
        ...{ id: randomUUID(), account_id: anyShop(), sealed_refresh_token: 'sealed', asked_at: at, not_before: at },
      }),
    'outbox: events that could not be recorded': (at) => request({ kind: 'event', subject: '1', created_at: at }),
    'delivery: all': (at) =>
      insert('delivery', {
        ...{ shop: anyShop(), id: randomUUID(), kind: 'import', at, took_ms: 1, profiles: 1, outcome: 'accepted' },
      }),
    'profile: the reason of an issue that was resolved, which is removed from the row': (at) =>
      insert('profile', {
        ...{
          shop: anyShop(),
          customer_id: 1,
          state: 'synced',
          read_at: EARLY,
          resolved_code: 'invalid_email',
          resolved_at: at,
        },
      }),
    'field_set: that no profile refers to': async (at) => {
      const { shop } = await shopRow()
      await insert('field_set', { shop, id: 1, names: ['email'], look_at: EARLY, unused_since: at })
      return async () => (await store.rows('select 1 from field_set where shop = $1', shop)).length > 0
    },
    'synced_minute: all': (at) => insert('synced_minute', { shop: anyShop(), minute: at, profiles: 1 }),
    'sync_run: that have ended, except for the last of each kind, trigger and end state': async (at) => {
      const { shop } = await shopRow()
      await insert('sync_run', finishedRun(shop, new Date(at.getTime() + 1_000)))
      return insert('sync_run', finishedRun(shop, at))
    },
    'read_back: that have ended, except for the last that finished, with the fields that they found different': async (
      at,
    ) => {
      const { shop } = await shopRow()
      await insert('read_back', endedReadBack(shop, new Date(at.getTime() + 1_000)))
      const old = endedReadBack(shop, at)
      const isThere = await insert('read_back', old)
      const hasField = await insert('read_back_field', { shop, read_back: old.id, field: 'email' })
      return async () => (await isThere()) || (await hasField())
    },
    'profile_repair: all': (at) =>
      insert('profile_repair', { shop: anyShop(), customer_id: 1, repaired_at: at, fields: ['email'] }),
    'alert: that are over': (at) =>
      insert('alert', {
        ...{
          shop: anyShop(),
          id: randomUUID(),
          cause: 'run_failed',
          since: at,
          opened_at: at,
          detail: '{}',
          over_at: at,
        },
      }),
    'alert_message: all': (at) =>
      insert('alert_message', {
        ...{ shop: anyShop(), id: randomUUID(), channel: 'email', content: '{}' },
        ...{ created_at: at, first_due_at: at, due_at: at, sent_at: at },
      }),
    'klaviyo_authorization: all': (at) =>
      insert('klaviyo_authorization', {
        ...{ shop: anyShop(), state_hash: 'h', user_id: '42', stage: 'begun' },
        ...{ first_sync: 'sync', sealed_verifier: 's', created_at: at },
      }),
    'sync_hour: all': (at) => insert('sync_hour', { shop: anyShop(), hour: at, webhooks: 1 }),
    'outbox: imports that could not be checked': async (at) => {
      const { shop } = await shopRow()
      return insert('outbox', {
        ...{ shop, id: randomUUID(), kind: 'import', subject: randomUUID(), payload: {} },
        customers: [1],
        created_at: EARLY,
        not_before: at,
      })
    },
    'outbox: requests for the Klaviyo ids of an import that could not be sent': (at) =>
      request({ kind: 'fetch_ids', subject: 'k', created_at: at }),
    'outbox: merges that could not be carried out': (at) => request({ kind: 'merge', subject: '1', created_at: at }),
    'customer_count: all': (at) => insert('customer_count', { shop: anyShop(), holder: randomUUID(), asked_at: at }),
    'outbox: erasures, with the encrypted identifiers, of people that Klaviyo cannot be asked to delete': (at) =>
      request({ kind: 'erase', subject: '1', created_at: at }),
    'data_request: all': (at) =>
      insert('data_request', { shop: anyShop(), request_id: '1', customer_id: 1, requested_at: at }),
    'dry_run: all': (at) =>
      insert('dry_run', {
        ...{ shop: anyShop(), id: randomUUID(), subject: 'full', choices: '{}', settings_version: 1 },
        ...{ state: 'finished', asked_at: at, ended_at: at, not_before: at },
      }),
    'flow_action_run: all': (at) => insert('flow_action_run', { shop: anyShop(), action_run_id: '1', received_at: at }),
    'segment_sync: that could not be finished': (at) =>
      insert('segment_sync', { shop: anyShop(), segment: 'gid://shopify/Segment/1', asked_at: at, not_before: at }),
    'segment_list_member: of segments that are no longer kept as lists': async (at) => {
      const shop = anyShop()
      await stoppedSegmentList(shop, at)
      return insert('segment_list_member', { shop, segment: SEGMENT, customer_id: 1, walk: 1 })
    },
    'segment_list: that are no longer kept': (at) => stoppedSegmentList(anyShop(), at),
    'flow_trigger_request: that could not be sent': (at) =>
      insert('flow_trigger_request', {
        ...{
          shop: anyShop(),
          id: randomUUID(),
          trigger: 'sync_stopped',
          payload: '{}',
          not_before: at,
          created_at: at,
        },
      }),
    'membership_snapshot: that are not continued, except those of runs that have not ended': async (at) => {
      const holder = randomUUID()
      const shop = anyShop()
      await insert('membership_snapshot', { shop, holder, asked: '{"segments": [], "places": false}', touched_at: at })
      const gathered = await insert('customer_membership', { shop, holder, customer_id: 1, segment: 1 })
      return async () =>
        (await gathered()) && (await store.rows('select 1 from membership_snapshot where shop = $1', shop)).length > 0
    },
  }
}

function endedReadBack(shop: string, at: Date) {
  const place = { first_hash: 0, last_hash: 0, last_customer: -1, expected: 1 }
  const times = { started_at: at, not_before: at, ended_at: at }
  return { id: randomUUID(), shop, trigger: 'nightly', scope: 'sample', ended_as: 'finished', ...place, ...times }
}

export function finishedRun(shop: string, at: Date, facts: Record<string, unknown> = {}) {
  const run = { id: randomUUID(), shop, kind: 'full', trigger: 'by_hand', state: 'finished', ...facts }
  return { ...run, requested_at: at, finished_at: at, progress_at: at, not_before: at }
}
