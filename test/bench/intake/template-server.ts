// A peer: the way of Shopify's Remix template. A Remix action, `authenticate.webhook`, sessions in Prisma, and a job for each
// webhook. Without the template's logger and compression, so somewhat faster than under remix-serve. Argument: the queue.
import '@shopify/shopify-app-remix/adapters/node'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import { createRequestHandler } from '@remix-run/express'
import type { ActionFunctionArgs, ServerBuild } from '@remix-run/node'
import { LogSeverity, Session } from '@shopify/shopify-api'
import { ApiVersion, AppDistribution, shopifyApp } from '@shopify/shopify-app-remix/server'
import { PrismaSessionStorage } from '@shopify/shopify-app-session-storage-prisma'
import express from 'express'
import { migrate } from '#app/store/migrate.ts'
import { handOverTo, type QueueKind } from './hand-over.ts'

const databaseUrl = process.env.DATABASE_URL!
await migrate(databaseUrl, new URL('../../../prisma/migrations', import.meta.url).pathname)
const handOver = await handOverTo(process.argv[2] as QueueKind)
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl }) })
const sessionStorage = new PrismaSessionStorage(prisma)
const { authenticate } = shopifyApp({
  apiKey: process.env.SHOPIFY_API_KEY!,
  apiSecretKey: process.env.SHOPIFY_API_SECRET!,
  appUrl: process.env.SHOPIFY_APP_URL!,
  apiVersion: ApiVersion.October26,
  distribution: AppDistribution.AppStore,
  sessionStorage,
  future: { unstable_newEmbeddedAuthStrategy: true },
  logger: { level: LogSeverity.Error },
})

async function action({ request }: ActionFunctionArgs) {
  const { shop, topic, payload } = await authenticate.webhook(request)
  await handOver({ shop, topic, payload })
  return new Response()
}

// Each shop has the session that its installation left; none of them expires, so none is refreshed in a webhook.
for (const shop of JSON.parse(process.env.BENCH_SHOPS!) as string[]) {
  const session = { id: `offline_${shop}`, shop, state: '', isOnline: false, scope: 'read_customers' }
  await sessionStorage.storeSession(new Session({ ...session, accessToken: 'shpat_bench' }))
}

// What Vite would have built: one route.
const build: ServerBuild = {
  mode: 'production',
  entry: { module: { default: () => new Response(null, { status: 404 }) } },
  routes: {
    'routes/webhooks': {
      id: 'routes/webhooks',
      path: 'webhooks/customers',
      module: { action } as unknown as ServerBuild['routes'][string]['module'],
    },
  },
  assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
  publicPath: '/',
  assetsBuildDirectory: 'build/client',
  future: {} as ServerBuild['future'],
  isSpaMode: false,
}
const server = express()
  .all('*', createRequestHandler({ build, mode: 'production' }))
  .listen(0, '127.0.0.1', () => console.log(JSON.stringify({ event: 'peer_started', address: server.address() })))
