import type { DryRunSubject } from '#app/core/flow/dry-run.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { DryRunStart } from '#app/core/report/dry-run-view.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { parseChoice, settings } from '#app/core/settings/settings.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { findDryRun, saveNewDryRun } from '#app/store/dry-runs.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { dryRunStepped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { savingOf } from '../settings/saving.ts'
import { type DraftChoice, playedChoices } from './played-choices.ts'

/**
 * Starts a dry run of a full sync, or of saving a choice, which is checked as if it were saved. `version` is that of the settings that the
 * merchant saw; null for those that are in force. Returns its id, or why none was started.
 */
export async function startDryRun(
  shop: ShopDomain,
  asked: { subject: DryRunSubject; choice: unknown; version: number | null; by: string | null; now: Date },
): Promise<DryRunStart> {
  const { subject, version, by, now } = asked
  const [known, connection] = await Promise.all([findShop(shop), findConnection(shop, autocommit)])
  if (!known || !connection) return { kind: 'not_connected' }
  if (connection.refusedAt) return { kind: 'refused' }
  if (known.status !== 'on') return { kind: 'off' }
  if (version !== null && version !== known.settingsVersion) return { kind: 'not_saved', change: { kind: 'stale' } }
  const draft = subject === 'full' ? null : draftOf(subject, asked.choice)
  if (draft === 'invalid')
    return { kind: 'not_saved', change: { kind: 'invalid', setting: subject as DraftChoice['name'] } }
  const refused = draft && (await refusalOf(known, draft))
  if (refused) return { kind: 'not_saved', change: refused }
  if (draft && known.filledAt && !needsComparison(known, draft)) return { kind: 'sends_nothing' }

  const choices = playedChoices(known, draft, now)
  const id = await saveNewDryRun(shop, { subject, choices, settingsVersion: known.settingsVersion, by, now })
  if (id === null) return whyNot(shop, now)
  dryRunStepped({ shop, dryRun: id, subject, state: 'queued', why: null })
  wakeSoon([shop])
  return { kind: 'started', id }
}

function draftOf(name: DraftChoice['name'], submitted: unknown): DraftChoice | 'invalid' {
  const choice = parseChoice(name, submitted)
  return choice === null ? 'invalid' : ({ name, choice } as DraftChoice)
}

/** Why the choice could not be saved although it is valid; null if it could. */
async function refusalOf(shop: Shop, draft: DraftChoice): Promise<IntegrationChange | null> {
  if (draft.name !== 'destination') return null
  const { refusalWithin } = savingOf(draft.name)
  return transaction(async (on) => (await refusalWithin?.(shop, draft.choice, on)) ?? null)
}

function needsComparison(shop: Shop, draft: DraftChoice): boolean {
  const before = choicesOf(shop)
  switch (draft.name) {
    case 'audience':
      return settings.audience.needsComparison(before.audience, draft.choice)
    case 'mapping':
      return settings.mapping.needsComparison(before.mapping, draft.choice)
    case 'destination':
      return settings.destination.needsComparison(before.destination, draft.choice)
  }
}

async function whyNot(shop: ShopDomain, now: Date): Promise<DryRunStart> {
  const last = await findDryRun(shop)
  if (!last?.endedAt) return { kind: 'already_open' }
  const againAt = after(last.endedAt, last.endedAt.getTime() - last.askedAt.getTime())
  return { kind: 'too_soon', againAt: (againAt > now ? againAt : now).toISOString() }
}
