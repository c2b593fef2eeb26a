import { createRequestHandler } from '@remix-run/express'
import type { ServerBuild } from '@remix-run/node'
import express from 'express'
import { createServer } from 'vite'
import type { AnswerPage } from '#app/http/page-requests.ts'

/** Returns the pages as served by Vite during development: built at each request, reloaded in the browser. */
export async function devPages(): Promise<AnswerPage> {
  const vite = await createServer({ server: { middlewareMode: true, allowedHosts: true } }) // the tunnel's host differs each time
  const build = () => vite.ssrLoadModule('virtual:remix/server-build') as Promise<ServerBuild>
  const pages = express()
    .use(vite.middlewares)
    .all('*', createRequestHandler({ build, mode: 'development' }))
  return pages as unknown as AnswerPage
}
