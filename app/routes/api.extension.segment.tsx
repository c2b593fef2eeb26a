import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import type { SegmentAnswer } from '#app/core/report/extension-answers.ts'
import { databaseNow } from '#app/store/clock.ts'
import { segmentProgress, syncSegment } from '#app/sync/intake/sync-segment.ts'
import { admitExtension } from './extension/admit-extension.ts'
import { parseFields, parseForm } from './parse/parse-form.ts'

const Segment = z.object({ segment: z.string().regex(/^gid:\/\/shopify\/(Customer)?Segment\/[1-9]\d{0,18}$/) })

/** Whether a segment (`segment`, global) is being synced, and how far. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, t, answer } = await admitExtension(request)
  const { segment } = parseFields(Object.fromEntries(new URL(request.url).searchParams), Segment)
  const marked = await segmentProgress(shop, asSegment(segment))
  const running: SegmentAnswer = { kind: 'running', message: t('inAdmin.segmentRunning', { customers: marked ?? 0 }) }
  return answer(marked === null ? ({ kind: 'idle', message: null } satisfies SegmentAnswer) : running)
}

/** Has the customers of a segment read and sent now. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, t, answer } = await admitExtension(request)
  const { segment } = await parseForm(request, Segment)
  const done = await syncSegment(shop, asSegment(segment), databaseNow())
  const message = t(done === 'full' ? 'inAdmin.tooManySegments' : 'inAdmin.segmentAsked')
  return answer({ kind: 'running', message } satisfies SegmentAnswer)
}

/** The extension is given the id under the older name of the kind, the Admin API knows it by the newer. */
function asSegment(gid: string): string {
  return gid.replace('/CustomerSegment/', '/Segment/')
}

export const headers = boundary.headers
