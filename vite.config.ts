import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { vitePlugin as remix } from '@remix-run/dev'
import { defineConfig, type Plugin } from 'vite'

declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true
  }
}

const APP = fileURLToPath(new URL('./app', import.meta.url))
/** What Vite makes: the people's door and what it draws. Everything else of `app/` runs in Node as it stands. */
const BUNDLED = /^(ui|routes)\/|^(root|entry\.(client|server))\.tsx$/
/** Rules hold no secret and no connection, so that the browser may have them too. */
const SHARED_WITH_THE_BROWSER = /^core\//
/** Each would be a fifth of the first page's script. The server reads what is submitted, so that a page needs neither. */
const NOT_FOR_THE_BROWSER = /^(zod|libphonenumber-js)(\/|$)/

/**
 * Leaves the steps out of the server build. Node resolves `#app/*` and strips the types itself, so that the bundle, the
 * webhooks' door and the worker share one copy of each module, and with it one pool of database connections. In the browser's
 * build the same modules are a fault.
 */
function oneModuleGraph(): Plugin {
  let serving = false
  return {
    name: 'lockstep:one-module-graph',
    enforce: 'pre',
    config(_, { command }) {
      serving = command === 'serve'
    },
    // Vite's module runner would transform a file URL itself; a builtin it hands to Node.
    configEnvironment(name, environment) {
      if (!serving || name !== 'ssr') return null
      return { resolve: { builtins: [...(environment.resolve?.builtins ?? []), /^file:/, /^node:/] } }
    },
    resolveId(id, importer, options) {
      if (!options.ssr && !isSearch(options) && NOT_FOR_THE_BROWSER.test(id)) {
        throw new Error(`The browser must not get ${id}, which ${importer ?? 'an entry'} imports.`)
      }
      const file = fileInApp(id, importer)
      if (file === null || BUNDLED.test(file)) return null
      if (options.ssr) return { id: serving ? pathToFileURL(join(APP, file)).href : `#app/${file}`, external: true }
      if (isSearch(options) || SHARED_WITH_THE_BROWSER.test(file)) return null
      throw new Error(`The browser must not get app/${file}, which ${importer ?? 'an entry'} imports.`)
    },
  }
}

/** Parts of packages that are imported and never called in the browser: 3 KB. No message has a skeleton, such as `{n, number, ::currency/EUR}`: a test sees to that. */
const NEVER_CALLED: Readonly<Record<string, string>> = {
  '@formatjs/icu-skeleton-parser': 'parseDateTimeSkeleton, parseNumberSkeleton, parseNumberSkeletonFromString',
  deepmerge: 'default', // by which Polaris' theme was made
}

function withoutNeverCalled(): Plugin {
  return {
    name: 'lockstep:without-never-called',
    enforce: 'pre',
    resolveId: (id, _, options) => (id in NEVER_CALLED && !options.ssr ? `\0${id}` : null),
    load(id) {
      const names = id.startsWith('\0') && NEVER_CALLED[id.slice(1)]
      if (!names) return null
      const exported = names.split(', ').map((name) => `neverCalled as ${name}`)
      return `function neverCalled() { throw new Error() }\nexport { ${exported.join(', ')} }`
    },
  }
}

/** Vite's search for packages to prepare goes through the routes before their loaders are cut off. */
function isSearch(options: object): boolean {
  return 'scan' in options && options.scan === true
}

/**
 * Small modules that the first page does not need, which would be added to files that it loads because they are small. By the name of the
 * file that they are put into instead.
 */
const NOT_OF_THE_FIRST_PAGE: Readonly<Record<string, RegExp>> = {
  plain: /^routes\/(_index|alerts\.confirm|klaviyo\.\w+)\.tsx$/,
  privacy: /^(ui\/copy\/privacy\.ts|ui\/privacy\/data-requests\.tsx|routes\/app\.privacy\.tsx)$/,
  loyalty: /^(core\/profile\/(loyalty|loyalty-event|mapped-values)|core\/loyalty\/source-app|ui\/copy\/loyalty)\.ts$/,
}

function apartFromTheFirstPage(id: string): string | null {
  const file = relative(APP, id.split('?', 1)[0]!).split(sep).join('/')
  return Object.entries(NOT_OF_THE_FIRST_PAGE).find(([, files]) => files.test(file))?.[0] ?? null
}

/** The values of Polaris' theme that its components read in the browser. Its colours and sizes are in the style sheet. */
const READ_BY_COMPONENTS = ['breakpoints', 'motion', 'space', 'zIndex']

/** Polaris brings four themes with some 400 values each: 5 KB of the first page's script (gzip). */
function onlyTheThemeInUse(): Plugin {
  return {
    name: 'lockstep:only-the-theme-in-use',
    transform(code, id, options) {
      if (options?.ssr || !id.includes('polaris-tokens/dist/esm/build/index.mjs')) return null
      const [whole, literal = ''] = code.match(/var themes = (\{.*?\n\});/s) ?? []
      if (!whole) throw new Error('Polaris keeps its themes elsewhere: see onlyTheThemeInUse')
      const light = Object.entries(JSON.parse(literal).light).filter(([part]) => READ_BY_COMPONENTS.includes(part))
      return code.replace(whole, `var themes = ${JSON.stringify({ light: Object.fromEntries(light) })};`)
    },
  }
}

/** The path under `app/` of a module of ours, or null for anything else. */
function fileInApp(id: string, importer: string | undefined): string | null {
  if (id.startsWith('#app/')) return withoutQuery(id.slice('#app/'.length))
  if (!id.startsWith('.') || importer === undefined) return null
  const path = relative(APP, join(dirname(withoutQuery(importer)), withoutQuery(id)))
  return path.startsWith('..') ? null : path.split(sep).join('/')
}

function withoutQuery(id: string): string {
  return id.replace(/\?.*$/, '')
}

export default defineConfig({
  plugins: process.env.VITEST
    ? []
    : [
        oneModuleGraph(),
        onlyTheThemeInUse(),
        withoutNeverCalled(),
        remix({
          appDirectory: 'app',
          ignoredRouteFiles: ['**/.*'],
          future: {
            v3_fetcherPersist: true,
            v3_relativeSplatPath: true,
            v3_throwAbortReason: true,
            v3_lazyRouteDiscovery: true,
            v3_singleFetch: true,
          },
        }),
      ],
  build: {
    assetsInlineLimit: 0, // a file inlined as a data: URL cannot be cached on its own
    rollupOptions: {
      output: {
        experimentalMinChunkSize: 20_000, // many small files compress badly
        manualChunks: apartFromTheFirstPage,
        onlyExplicitManualChunks: true, // without what they import
        // Without names: each is repeated in the files that load it, and in the list of routes. 1 KB of the first page's script.
        entryFileNames: 'assets/[hash:7].js',
        chunkFileNames: 'assets/[hash:7].js',
      },
    },
    minify: 'terser', // 4 % less than Vite's own; it takes two seconds more
    terserOptions: {
      module: true,
      compress: { passes: 3, ecma: 2020, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
    },
  },
  // Named, because a package that is found only when a page asks for it makes the dev server load that page twice.
  optimizeDeps: {
    include: [
      '@shopify/app-bridge-react',
      '@shopify/polaris',
      '@shopify/polaris-icons',
      '@shopify/shopify-app-remix/server',
    ],
  },
})
