import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import type { TFunction } from 'i18next'
import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SegmentAnswer } from '#app/core/report/extension-answers.ts'
import { databaseNow } from '#app/store/clock.ts'
import { segmentProgress, syncSegment } from '#app/sync/intake/sync-segment.ts'
import { keepSegmentList, segmentListState } from '#app/sync/segment-lists/choose-segment-list.ts'
import { admitExtension } from './extension/admit-extension.ts'
import { parseFields, parseForm } from './parse/parse-form.ts'

const Segment = z.object({ segment: z.string().regex(/^gid:\/\/shopify\/(Customer)?Segment\/[1-9]\d{0,18}$/) })
const Wish = Segment.extend({ as: z.enum(['list', 'sync']).default('sync') })

/** Whether a segment (`segment`, global) is being synced, and how far; and whether it is kept as a list in Klaviyo. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, t, answer, keepWithinLimit } = await admitExtension(request)
  await keepWithinLimit('extension_segment')
  const { segment } = parseFields(Object.fromEntries(new URL(request.url).searchParams), Segment)
  return answer(await answerAbout(shop, asSegment(segment), t))
}

/** Has the customers of a segment read and sent now, or (`as` list) keeps the segment as a list in Klaviyo from now on. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, t, answer, keepWithinLimit } = await admitExtension(request)
  await keepWithinLimit('extension_segment')
  const { segment: gid, as } = await parseForm(request, Wish)
  const segment = asSegment(gid)
  if (as === 'list') {
    const done = await keepSegmentList(shop, segment, databaseNow())
    const about = await answerAbout(shop, segment, t)
    const refusal = { isKept: false, listMessage: t('segmentLists.full') }
    return answer({ ...about, ...(done === 'full' && refusal) } satisfies SegmentAnswer)
  }
  const done = await syncSegment(shop, segment, databaseNow())
  const message = t(done === 'full' ? 'inAdmin.tooManySegments' : 'inAdmin.segmentAsked')
  return answer({ ...(await answerAbout(shop, segment, t)), kind: 'running', message } satisfies SegmentAnswer)
}

async function answerAbout(shop: ShopDomain, segment: string, t: TFunction): Promise<SegmentAnswer> {
  const [marked, list] = await Promise.all([segmentProgress(shop, segment), segmentListState(shop, segment)])
  return {
    kind: marked === null ? 'idle' : 'running',
    message: marked === null ? null : t('inAdmin.segmentRunning', { customers: marked }),
    isKept: list === 'kept' || list === 'forbidden',
    listMessage: list === 'none' ? null : list === 'kept' ? t('segmentLists.kept') : t(`segmentLists.problems.${list}`),
  }
}

/** The extension is given the id under the older name of the kind, the Admin API knows it by the newer. */
function asSegment(gid: string): string {
  return gid.replace('/CustomerSegment/', '/Segment/')
}

export const headers = boundary.headers
