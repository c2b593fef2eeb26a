import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf, idsOf, listAt } from '../exchange/data.ts'
import { answerOne } from '../exchange/documents.ts'
import { invalid, noSuchProfile, Refusal } from '../exchange/errors.ts'
import { resourceLink } from '../exchange/links.ts'
import { isNeverDone } from './profile-deletions.ts'

export const profileMergeHandlers = { merge_profiles: askForMerge } satisfies Handlers

/** Answers 202 where the description says 201 (recorded). The source's id resolves until the merge is done. */
function askForMerge(call: Call): Answer {
  const data = dataOf(call, 'profile-merge')
  const destinationId = String(data.id)
  const [sourceId, another] = idsOf(listAt(data, 'relationships', 'profiles', 'data'))
  if (sourceId === undefined || another !== undefined) {
    throw new Refusal([invalid('Exactly one source profile is accepted.', '/data/relationships/profiles/data')])
  }
  for (const id of [destinationId, sourceId]) {
    if (call.account.profileById(id) === undefined) throw new Refusal([noSuchProfile(id)])
  }
  if (!isNeverDone(call)) call.account.later((at) => mergeIfBothAreLeft(call, { sourceId, destinationId, at }))
  const path = `/api/profiles/${destinationId}`
  return {
    ...answerOne(call, { type: 'profile', id: destinationId, links: resourceLink(call, path) }, 202),
    profiles: 2,
  }
}

interface MergeTask {
  readonly sourceId: string
  readonly destinationId: string
  readonly at: number
}

function mergeIfBothAreLeft({ account }: Call, { sourceId, destinationId, at }: MergeTask): void {
  const { store } = account.parts
  const source = store.byId(sourceId)
  const destination = store.byId(destinationId)
  if (source !== undefined && destination !== undefined && source !== destination) {
    account.merge(source, destination, at)
  }
}
