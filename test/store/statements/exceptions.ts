/** A statement that speaks of several shops. */
export interface Exception {
  /** The file under `app/store/` and the function. */
  readonly place: string
  readonly why: string
  /** Whether it writes. Otherwise only what the function reads is excepted. */
  readonly writes?: true
  /** Whether it is run on a single Postgres alone, because Citus refuses it. */
  readonly refusedByCitus?: true
}

export const exceptions: readonly Exception[] = [
  {
    place: 'marks.ts saveMarks',
    writes: true,
    why: 'Group commit: the webhooks of one moment come from many shops, and each row takes its shop from the webhook it is about.',
  },
  { place: 'sync-hours.ts addWebhooksToHour', writes: true, why: 'Counts the webhooks of one group commit.' },
  {
    place: 'webhook-topics.ts saveWebhookTopics',
    writes: true,
    why: 'Records the topics of the webhooks of many shops.',
  },
  { place: 'shop-leases.ts listIdleShops', why: 'Asks which shops of a group commit are to be woken.' },
  {
    place: 'open-work.ts markedShops',
    refusedByCitus: true,
    why: 'The sweep finds the shops that have work, whichever they are.',
  },
  { place: 'open-work.ts markedShopsOnCitus', why: 'The same, for Citus.' },
  { place: 'open-work.ts shopsWithMany', refusedByCitus: true, why: 'The sweep, too.' },
  { place: 'open-work.ts shopsWithManyOnCitus', why: 'The same, for Citus.' },
  { place: 'open-work.ts listShopsBesideMarks', why: 'The sweep, too.' },
  {
    place: 'fleet-state.ts lag',
    refusedByCitus: true,
    why: 'Metrics: how all shops together are doing. No shop is named in the answer.',
  },
  { place: 'fleet-state.ts lagOnCitus', why: 'The same, for Citus.' },
  { place: 'fleet-state.ts others', why: 'Metrics, too.' },
  {
    place: 'alert-watches.ts listShopsWithAlertWork',
    why: 'The sweep finds the shops whose alerts are to be looked at, or that have messages to be sent.',
  },
  { place: 'doctor-facts.ts readMigrations', why: "Prisma's own table of migrations, which is of no shop." },
  { place: 'doctor-facts.ts findOldestDue', why: 'The doctor asks for how long any shop has been waiting.' },
  { place: 'doctor-facts.ts pickShops', why: 'The doctor asks Shopify about a few shops, whichever they are.' },
  { place: 'doctor-facts.ts readTopicsReceived', why: 'The doctor asks which topics came, to whichever shop.' },
  {
    place: 'shopify-troubles.ts countShopifyTroubles',
    why: 'The operator is told how many shops Shopify refuses, whichever they are.',
  },
  {
    place: 'bulk-access.ts findShopForBulk',
    why: 'Access to bulk operations belongs to the app: any shop serves to keep it.',
  },
  {
    place: 'connections.ts findSharedPrefixes',
    why: 'Asks whether other shops are connected to the same account, and which prefixes they use, not which shops.',
  },
  {
    place: 'klaviyo-grants.ts listIdleGrants',
    why: 'The sweep finds the connections whose tokens have to be renewed.',
  },
  {
    place: 'klaviyo-revocations.ts isUsed',
    why: 'Asks whether any shop uses the app in an account, not which one: ending a grant ends it for all of them.',
  },
  {
    place: 'shops.ts forgetAllowance',
    why: 'Asks whether another shop is connected to the account of an erased shop.',
  },
  {
    place: 'support-facts.ts findDatabaseVersions',
    why: 'Asks for the last migration that was applied, which is of no shop.',
  },
  {
    place: 'retention/retention-rules.ts retentionRules',
    why: 'Retention finds old rows of all shops, and drops them by shop.',
  },
  {
    place: 'retention/retention-rules.ts dropRequests',
    why: 'Retention finds old requests of all shops, and drops them by shop.',
  },
  { place: 'retention/unused-field-sets.ts dropUnusedFieldSets', why: 'Retention.' },
  { place: 'retention/abandoned-imports.ts abandonImport', why: 'Retention.' },
  { place: 'retention/gone-shops.ts eraseGoneShop', why: 'Retention finds shops without the app.' },
  { place: 'retention/gone-shops.ts adoptOrphans', why: 'Retention finds rows of shops that do not exist.' },
  { place: 'retention/unconnected.ts dropConnections', why: 'Retention.' },
  { place: 'retention/unconnected.ts dropBudgets', why: 'Asks which of these accounts a shop is connected to.' },
  {
    place: 'retention/unconnected.ts dropSessions',
    writes: true,
    why: 'Retention. Sessions are Shopify’s library’s own table, which is not spread over servers.',
  },
  { place: 'retention/read-backs.ts dropReadBacks', why: 'Retention.' },
  { place: 'memberships.ts dropAbandonedSnapshots', why: 'Retention.' },
  {
    place: 'rekey/sealed-columns.ts sealedColumns',
    why: 'Counts what another key sealed, and takes a few values of each key; what is written names its shop.',
  },
  { place: 'rekey/rekey.ts shopsAfter', why: 'Goes through all shops.' },
  { place: 'rekey/rekey.ts withSessionAfter', why: 'Goes through the shops of all sessions.' },
  { place: 'tombstones.ts dropUnaskedIdentifiers', why: 'Retention.' },
]
