// What may import what. When a rule is added or changed, plant one fault and see it caught.
const CONFIG = '^app/config\\.server\\.ts$'
/** The time by the database's clock, which doors tell their steps. */
const CLOCK = '^app/store/clock\\.ts$'
/** How anything is logged, and told to metrics and traces. */
const TELEMETRY = '^app/telemetry/(log|sparse-line|facts|spans|request-id|lockstep-version)\\.ts$'
const SHOPIFY_SERVER = '^app/shopify\\.server\\.ts$'
const NPM = ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown']
const folders = (...names) => names.map((name) => `^app/${name}/`)
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from: { path: from }, to })
const only = (name, allowed, comment) =>
  rule(`${name}-imports`, comment, `^app/${name}/`, {
    path: '^(app|test|extensions|prisma)/',
    pathNot: [...folders(name), ...allowed],
  })

module.exports = {
  forbidden: [
    rule('no-cycles', 'Every import points at something that changes less often.', '.', { circular: true }),
    only('core', [], 'A rule reaches for nothing.'),
    only('telemetry', [], 'What sees all that happens calls nothing of it, and belongs to nothing of it.'),
    only('shopify', [...folders('core'), CONFIG, SHOPIFY_SERVER, TELEMETRY], 'An adapter knows no other.'),
    ...['klaviyo', 'store', 'queue'].map((name) =>
      only(name, [...folders('core'), CONFIG, TELEMETRY], 'An adapter knows no other.'),
    ),
    only(
      'alerts',
      [...folders('core'), CONFIG, '^app/ui/(copy|language|time)/'],
      'Words and sends one message; the sentences are those of the pages.',
    ),
    only(
      'sync',
      [...folders('core', 'shopify', 'klaviyo', 'alerts', 'store', 'queue'), TELEMETRY],
      'A step calls rules and adapters, never a door.',
    ),
    only('ui', folders('core'), 'The UI draws what it is given.'),
    only(
      'routes',
      [...folders('core', 'sync', 'ui'), CLOCK, CONFIG, SHOPIFY_SERVER],
      'A route is a door into one step.',
    ),
    only('http', [...folders('core'), CONFIG, TELEMETRY], 'What every request passes first.'),
    only(
      'webhooks',
      [...folders('core', 'sync', 'http'), CLOCK, CONFIG, TELEMETRY],
      "Shopify's door: check the signature, call one step.",
    ),
    only(
      'process',
      [...folders('core', 'store', 'telemetry'), CONFIG, '^app/sync/log\\.ts$'],
      'What every process does first and last.',
    ),
    only(
      'doctor',
      [...folders('core', 'shopify', 'klaviyo', 'store', 'queue', 'telemetry'), CONFIG],
      'It looks through the adapters, and takes no step.',
    ),
    only(
      'worker',
      [...folders('core', 'sync', 'store', 'queue', 'process', 'telemetry'), CONFIG],
      "The queue's door; it opens and closes store and queue.",
    ),
    rule('shopify-server-imports', 'It sets up. If it called a step, the step would come back to it.', SHOPIFY_SERVER, {
      path: '^app/',
      pathNot: [...folders('core', 'store'), CONFIG, TELEMETRY],
    }),
    rule('config-imports', 'It is read before anything else.', CONFIG, {
      path: '^app/',
      pathNot: '^app/telemetry/levels\\.ts$',
    }),
    rule('core-is-pure', 'No Node; of npm only these two.', '^app/core/', {
      dependencyTypes: ['core', ...NPM],
      pathNot: 'node_modules/(zod|libphonenumber-js)/',
    }),
    rule('steps-use-adapters', 'A package is used through the adapter that translates it.', '^app/sync/', {
      dependencyTypes: NPM,
    }),
    rule('ui-is-polaris', 'No loaders, no fetching.', '^app/ui/', {
      dependencyTypes: ['core', ...NPM],
      pathNot:
        'node_modules/(@types/react|react|react-dom|i18next|i18next-icu|react-i18next|uplot|@shopify/(polaris|app-bridge)[a-z-]*)/',
    }),
    rule('app-never-imports-tests', 'What ships stands alone.', '^app/', { path: '^test/' }),
    rule(
      'the-law-is-read-anew',
      'Whoever checks the app by its own rules sees none of their faults.',
      '^test/sandbox/law/',
      {
        path: '^app/',
      },
    ),
    rule('extensions-see-report', 'One folder is the contract …', '^extensions/', {
      path: '^app/',
      pathNot: folders('core/report'),
    }),
    rule('extensions-see-types', '… and of it the types.', '^extensions/', {
      path: '^app/core/report/',
      dependencyTypesNot: ['type-only'],
    }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
