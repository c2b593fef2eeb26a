import { type CustomerId, gidOf } from '#app/core/ids.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { plainSharing } from '#app/core/profile/sharing.ts'
import { defaultAlerts } from '#app/core/settings/alerts.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { autocommit } from '#app/store/database.ts'
import { findDryRun } from '#app/store/dry-runs.ts'
import { saveLook } from '#app/store/loyalty-looks.ts'
import { holdRun, saveCheck } from '#app/store/run-checks.ts'
import { findOpenRun, stepRun } from '#app/store/sync-runs.ts'
import { loadStatusTokens, makeStatusToken } from '#app/sync/access/status-tokens.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { readAllBack } from '#app/sync/read-back/read-all-back.ts'
import { keepSegmentList } from '#app/sync/segment-lists/choose-segment-list.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { givenAudience, leavingOut } from '#test/core/settings/given-audience.ts'
import { clock, skip } from '#test/support/clock.ts'
import { syncToRest } from '#test/support/sandbox.ts'
import { begun, redirectUri, visited } from '#test/sync/klaviyo-login/given-login.ts'
import { accountName, OWN_ERROR, OWN_WORD, RECEIVER_HOST, type Trade } from './given-trade.ts'

/** A page, or an answer, that holds something of a shop. */
export interface Door {
  /** Each address of it, with the shop's own ids, and something of the shop's own that it shows there; null when that is nothing. */
  readonly addresses: (shop: Trade) => Promise<readonly Address[]> | readonly Address[]
  readonly actions: readonly Action[]
}

export interface Address {
  readonly path: string
  readonly params?: Record<string, string>
  readonly shows: string | null
  /** For another shop the page does not exist. */
  readonly notFound?: true
}

/** What one of the page's forms asks for. */
export interface Action {
  /** Null for a form that names nothing. */
  readonly intent: string | null
  /** Beside the intent: the shop's own version and ids. */
  readonly fields: (shop: Trade) => Promise<Record<string, string>>
  /** Prepares the shop so that the action has an effect. */
  readonly premise?: (shop: Pick<Trade, 'domain' | 'version'>) => Promise<void>
  /** The effect for the shop itself. Without one, that it has none for others would prove nothing. */
  readonly does: 'changes' | 'shows'
}

/**
 * Routes that show nothing of a shop: the page for visitors, that there is no page, the link that confirms an address, where Shopify's library
 * sends a page without a token, and where Klaviyo sends people.
 */
export const openRoutes: readonly string[] = [
  '$.tsx',
  '_index.tsx',
  'alerts.confirm.tsx',
  'app.$.tsx',
  'auth.$.tsx',
  'klaviyo.callback.tsx',
  'klaviyo.install.tsx',
  'klaviyo.settings.tsx',
]

/** Routes for programs, which show a token that the merchant made: tried in test/routes/status-api.test.ts and mcp.test.ts. */
export const tokenRoutes: readonly string[] = ['api.status.tsx', 'mcp.tsx']

const HOUR_MS = 60 * 60_000

const at =
  (path: string, shows: string | null = null): Door['addresses'] =>
  () => [{ path, shows }]
const withVersion = async (shop: Trade, fields: Record<string, string> = {}) => ({
  version: String(await shop.version()),
  ...fields,
})
const asChoice = (choice: unknown) => ({ choice: JSON.stringify(choice) })
const newestRun = async ({ runs }: Trade) => (await runs())[0] ?? ''

async function beginRun({ domain }: Pick<Trade, 'domain'>): Promise<void> {
  skip(HOUR_MS + 1_000)
  await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
}

/** The shop's only segment. */
async function keepSegment({ domain }: Pick<Trade, 'domain'>): Promise<void> {
  await keepSegmentList(domain, 'gid://shopify/Segment/900', clock())
}

async function beginHeldRun(shop: Pick<Trade, 'domain'>): Promise<void> {
  const { domain } = shop
  await beginRun(shop)
  const { id } = (await findOpenRun(domain, autocommit))!
  await saveCheck(domain, { id, check: { by: 'choices', of: 1_000 } })
  await stepRun(domain, { id, from: 'queued', to: 'reading', now: clock() }, autocommit)
  await holdRun(domain, { id, now: clock() })
}

async function beginDryRun({ domain }: Pick<Trade, 'domain'>): Promise<void> {
  skip(HOUR_MS + 1_000)
  await startDryRun(domain, { subject: 'full', choice: null, version: null, by: null, now: clock() })
}

async function playDryRun(shop: Pick<Trade, 'domain'>): Promise<void> {
  await beginDryRun(shop)
  await syncToRest(shop.domain)
  skip(HOUR_MS + 1_000)
}

async function dryRunOf({ domain }: Pick<Trade, 'domain'>): Promise<string | null> {
  return (await findDryRun(domain))?.id ?? null
}

async function beOff(shop: Pick<Trade, 'domain' | 'version'>): Promise<void> {
  await turnOff(shop.domain, { version: await shop.version(), now: clock() })
  await syncToRest(shop.domain)
}

/** A look has found Smile in the shop. */
function seeSmile(shop: Trade['domain']): Promise<void> {
  const smile = { id: 'smile', since: clock().toISOString(), dismissed: false, sources: [] } as const
  return saveLook(shop, { seen: [smile], held: [], lookedAt: clock(), heldCheckAt: null }, autocommit)
}

/** Returns the id of the shop's token, which is made if it has none. */
async function givenToken(shop: Trade['domain']): Promise<string> {
  const [known] = await loadStatusTokens(shop)
  if (known) return known.id
  await makeStatusToken(shop, `${OWN_WORD} agency`, clock())
  return givenToken(shop)
}

/** The shop's only member of staff has gone to Klaviyo. */
async function beginLoginOf(shop: Pick<Trade, 'domain'>): Promise<void> {
  await begun(shop)
}

/** The shop's only member of staff is back from Klaviyo, without having allowed the app. */
async function ticketOf(shop: Pick<Trade, 'domain'>): Promise<string> {
  const state = new URL(await begun(shop)).searchParams.get('state')
  const { to } = await visited(`${redirectUri}?error=access_denied&state=${state}`)
  return to?.searchParams.get('klaviyo') ?? ''
}

const cancelRun: Action = {
  intent: 'cancel_run',
  premise: beginRun,
  fields: async (shop) => ({ run: await newestRun(shop) }),
  does: 'changes',
}

/** The newest run waits for a yes. */
const confirmRun: Action = {
  intent: 'confirm_run',
  premise: beginHeldRun,
  fields: async (shop) => ({ run: await newestRun(shop) }),
  does: 'changes',
}

export const doors: Readonly<Record<string, Door>> = {
  'api.extension.customer.tsx': {
    addresses: ({ inStep }) => [{ path: `/api/extension/customer?id=${inStep}`, shows: '"known"' }],
    actions: [],
  },

  'api.extension.search.tsx': {
    addresses: () => [],
    actions: [{ intent: null, fields: async () => ({ text: `Ada ${OWN_WORD}` }), does: 'shows' }],
  },

  'api.extension.segment.tsx': {
    addresses: ({ segment }) => [{ path: `/api/extension/segment?segment=${segment.id}`, shows: '"idle"' }],
    actions: [
      { intent: null, fields: async ({ segment }) => ({ segment: segment.id }), does: 'changes' },
      { intent: null, fields: async ({ segment }) => ({ segment: segment.id, as: 'list' }), does: 'changes' },
    ],
  },

  'api.extension.sync.tsx': {
    addresses: () => [],
    actions: [{ intent: null, fields: async ({ inStep }) => ({ ids: gidOf(inStep as CustomerId) }), does: 'changes' }],
  },

  'app.tsx': { addresses: at('/app'), actions: [] },

  'app._index.tsx': {
    addresses: (shop) => [{ path: '/app', shows: accountName(shop) }],
    actions: [
      { intent: null, premise: async () => skip(HOUR_MS + 1_000), fields: async () => ({}), does: 'changes' },
      {
        intent: 'full_sync',
        premise: async () => skip(HOUR_MS + 1_000),
        fields: async () => ({}),
        does: 'changes',
      },
      { intent: 'turn_off', fields: withVersion, does: 'changes' },
      {
        intent: 'turn_on',
        premise: beOff,
        fields: (shop) => withVersion(shop, { how: 'future' }),
        does: 'changes',
      },
      cancelRun,
      confirmRun,
      {
        intent: 'dismiss_app',
        premise: ({ domain }) => seeSmile(domain),
        fields: async () => ({ app: 'smile' }),
        does: 'changes',
      },
      { intent: 'guide_hidden', fields: async () => ({ hidden: 'true' }), does: 'changes' },
      { intent: 'guide_step', fields: async () => ({ step: 'loyalty', done: 'true' }), does: 'changes' },
    ],
  },

  'app.dry-run.tsx': {
    addresses: async (shop) => [{ path: '/app/dry-run', shows: await dryRunOf(shop) }],
    actions: [
      { intent: 'start', fields: async () => ({ subject: 'full' }), does: 'changes' },
      { intent: 'cancel', premise: beginDryRun, fields: async () => ({}), does: 'changes' },
      {
        intent: 'carry_out',
        premise: playDryRun,
        fields: async (shop) => ({ id: (await dryRunOf(shop)) ?? '' }),
        does: 'changes',
      },
      { intent: 'compare', fields: async ({ inStep: customer }) => ({ customer }), does: 'shows' },
    ],
  },

  'app.activity.tsx': {
    addresses: async (shop) => [
      { path: '/app/activity', shows: await newestRun(shop) },
      { path: `/app/activity?after=${await newestRun(shop)}`, shows: null },
      { path: '/app/activity', shows: '"readBacks"' },
    ],
    actions: [
      { intent: 'read_all_back', fields: async () => ({}), does: 'changes' },
      {
        intent: 'stop_read_back',
        premise: async ({ domain }) => void (await readAllBack(domain, { by: null, now: clock() })),
        fields: async () => ({}),
        does: 'changes',
      },
    ],
  },

  'app.customers.tsx': {
    addresses: ({ inStep, conflicting }) => [
      { path: '/app/customers?reason=invalid_email', shows: OWN_ERROR },
      { path: '/app/customers?reason=omitted', shows: conflicting },
      { path: '/app/customers?reason=rules', shows: '771005' },
      { path: '/app/customers?reason=no_email&order=oldest', shows: '771003' },
      { path: `/app/customers?reason=in_sync&before=${inStep}`, shows: null },
    ],
    actions: [
      { intent: 'names', fields: async ({ inStep: ids }) => ({ ids }), does: 'shows' },
      { intent: 'search', fields: async () => ({ text: `Ada ${OWN_WORD}` }), does: 'shows' },
      { intent: 'sync_now', fields: async ({ inStep: ids }) => ({ ids }), does: 'changes' },
      { intent: 'retry', fields: async () => ({ reason: 'invalid_email' }), does: 'changes' },
    ],
  },

  'app.customers_.$customer.tsx': {
    addresses: ({ inStep: customer }) => [
      { path: `/app/customers/${customer}`, params: { customer }, shows: '"accepted"' },
    ],
    actions: [{ intent: 'compare', fields: async () => ({}), does: 'shows' }],
  },

  'app.customers_.export.tsx': {
    addresses: () => [],
    actions: [{ intent: null, fields: async () => ({ reason: 'invalid_email', names: 'yes' }), does: 'shows' }],
  },

  'app.forecast.tsx': { addresses: at('/app/forecast', '"forecast":{'), actions: [] },

  'app.guide.tsx': {
    addresses: () => [
      { path: '/app/guide?step=loyalty', shows: '"loyalty"' },
      { path: '/app/guide?step=customers', shows: `${OWN_WORD} list` },
    ],
    actions: [],
  },

  'app.history.tsx': { addresses: at('/app/history', '"history":{'), actions: [] },

  'app.privacy.tsx': { addresses: at('/app/privacy', `${OWN_WORD}_points`), actions: [] },

  'app.runs.$run.tsx': {
    addresses: async (shop) => {
      const run = await newestRun(shop)
      return [{ path: `/app/runs/${run}`, params: { run }, shows: run, notFound: true }]
    },
    actions: [cancelRun, confirmRun],
  },

  'app.settings.tsx': {
    addresses: (shop) => [
      { path: '/app/settings', shows: accountName(shop) },
      { path: '/app/settings', shows: `${OWN_WORD} list` },
    ],
    actions: [
      {
        intent: 'connect',
        // The account is another shop's, too.
        fields: async ({ nextKey: key }) => ({ key, sharing: JSON.stringify(plainSharing) }),
        does: 'changes',
      },
      { intent: 'begin_login', fields: async () => ({ first: 'sync' }), does: 'changes' },
      { intent: 'end_login', fields: async (shop) => ({ ticket: await ticketOf(shop) }), does: 'changes' },
      { intent: 'forget_login', premise: beginLoginOf, fields: async () => ({}), does: 'changes' },
      { intent: 'disconnect', fields: async () => ({}), does: 'changes' },
      {
        intent: 'save',
        fields: (shop) =>
          withVersion(
            shop,
            asChoice({ syncDelayMs: 7 * 60_000, nightlyReconcile: true, hourlyCheck: true, holdAbovePercent: 40 }),
          ),
        does: 'changes',
      },
    ],
  },

  'app.settings_.klaviyo.tsx': {
    addresses: at('/app/settings/klaviyo', `${OWN_WORD} list`),
    actions: [
      {
        intent: 'save',
        fields: (shop) => withVersion(shop, asChoice({ ...defaultDestination, list: shop.list, mostNew: 3 })),
        does: 'changes',
      },
      {
        intent: 'stop_keeping',
        premise: keepSegment,
        fields: async ({ segment }) => ({ segment: segment.id }),
        does: 'changes',
      },
    ],
  },

  'app.settings_.alerts.tsx': {
    addresses: at('/app/settings/alerts', RECEIVER_HOST),
    actions: [
      {
        intent: 'save',
        fields: (shop) => withVersion(shop, asChoice({ ...defaultAlerts, stillMinutes: 45 })),
        does: 'changes',
      },
      {
        intent: 'add',
        fields: async () => ({ channel: 'slack', target: 'http://127.0.0.1:9/slack', language: 'de' }),
        does: 'changes',
      },
      { intent: 'remove', fields: async () => ({ channel: 'webhook' }), does: 'changes' },
      { intent: 'send', fields: async () => ({ channel: 'webhook', what: 'test' }), does: 'changes' },
    ],
  },

  'app.settings_.loyalty.tsx': {
    addresses: at('/app/settings/loyalty', `${OWN_WORD}_points`),
    actions: [
      {
        intent: 'save',
        fields: (shop) => withVersion(shop, asChoice({ ...defaultLoyalty, on: false })),
        does: 'changes',
      },
    ],
  },

  'app.settings_.access.tsx': {
    addresses: async ({ domain }) => {
      await givenToken(domain)
      return [{ path: '/app/settings/access', shows: `${OWN_WORD} agency` }]
    },
    actions: [
      { intent: 'make_token', fields: async () => ({ name: 'Agency' }), does: 'changes' },
      { intent: 'revoke_token', fields: async ({ domain }) => ({ id: await givenToken(domain) }), does: 'changes' },
    ],
  },

  'app.settings_.support-file.tsx': {
    addresses: () => [],
    actions: [{ intent: null, fields: async () => ({}), does: 'shows' }],
  },

  'app.settings_.mapping.tsx': {
    addresses: at('/app/settings/mapping', `${OWN_WORD}_points`),
    actions: [
      {
        intent: 'save',
        fields: (shop) => withVersion(shop, asChoice(defaultMapping)),
        does: 'changes',
      },
      {
        intent: 'preview',
        fields: async ({ inStep: query }) => ({ query, ...asChoice(defaultMapping) }),
        does: 'shows',
      },
    ],
  },

  'app.settings_.audience.tsx': {
    addresses: () =>
      ['staff', 'segment', 'Ltd', 'buyer'].map((kind) => ({
        path: '/app/settings/audience',
        shows: `${OWN_WORD} ${kind}`,
      })),
    actions: [
      {
        intent: 'save',
        fields: (shop) => withVersion(shop, asChoice(givenAudience(leavingOut('nobody')))),
        does: 'changes',
      },
      {
        intent: 'count',
        fields: async ({ segment: { id, name } }) => ({
          again: 'true',
          ...asChoice(givenAudience({ segments: [{ id, name }] })),
        }),
        does: 'changes',
      },
    ],
  },
}
