import { isSameSharing } from '#app/core/profile/sharing.ts'
import type { DestinationView } from '#app/core/report/destination-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { type Destination, destinationSetting, MAX_NEW_PROFILES } from '#app/core/settings/destination.ts'
import { amountOf, count } from './amounts.ts'
import { sharingCopy } from './sharing.ts'

export const destinationCopy = {
  title: 'Klaviyo destination',
  about:
    'Choose a list for new profiles, what happens to existing profiles, and how many new profiles can be created at once.',
  open: 'Choose destination',
  fault: 'the limit must be a whole number of at least 1.',
  list: {
    title: 'List',
    label: 'Add new profiles to',
    none: 'No list',
    help: 'Only profiles that Lockstep creates from now on are added. Being on a list doesn’t change a customer’s marketing consent.',
    unknown: 'Klaviyo can’t show its lists right now. Reload the page to choose another one.',
    connectFirst: 'Connect Klaviyo in Settings to choose one of its lists.',
    gone: (name: string) => `${name} (no longer in Klaviyo)`,
  },
  existing: {
    title: 'Existing profiles',
    choices: {
      update: {
        label: 'Update them',
        help: 'A profile with the same email address is updated from the customer.',
      },
      leave: {
        label: 'Leave them alone',
        help: 'Only missing profiles are created. Profiles that Lockstep created or updated before are kept in sync.',
      },
    },
  },
  limit: {
    title: 'Limit on new profiles',
    check: 'Limit how many new profiles one full sync creates',
    help: 'Use this to stay within your Klaviyo plan. Other customers wait for the next full sync. Updates and single changes are never limited.',
    label: 'Maximum new profiles',
    fault: `Enter a whole number from 1 to ${count(MAX_NEW_PROFILES)}.`,
  },
  nothingChosen: 'Every customer’s profile is created or updated, without a list or a limit.',
} as const

/** The choice in a sentence. */
export function destinationSummary({ list, existing, mostNew, sharing }: Destination): string {
  if (!list && existing === 'update' && mostNew === null && sharing.kind === 'plain')
    return destinationCopy.nothingChosen
  const made =
    existing === 'update'
      ? 'Profiles are created or updated'
      : 'Missing profiles are created, existing ones are left alone'
  const listed = list ? `; new ones join the list ${list.name}` : ''
  const limited = mostNew === null ? '' : `; at most ${amountOf(mostNew, 'new profile')} in one full sync`
  const apart = sharing.kind === 'plain' ? '' : `; properties begin with ${sharing.prefix}`
  return `${made}${listed}${limited}${apart}.`
}

/** What saving will start. */
export function savingWords(view: DestinationView, next: Destination): string[] {
  const { choice: before, alreadyInKlaviyo, waitingAtLimit } = view
  const words: string[] = []
  if (before.list?.id !== next.list?.id) {
    words.push(
      next.list
        ? `From now on new profiles are added to ${next.list.name}. Existing profiles are not.`
        : 'Profiles are no longer added to a list. Profiles that are on a list stay on it.',
    )
  }
  if (before.existing === 'update' && next.existing === 'leave')
    words.push('Profiles that Lockstep never sent are left alone from now on.')
  if (before.existing === 'leave' && next.existing === 'update' && alreadyInKlaviyo > 0)
    words.push(
      `${amountOf(alreadyInKlaviyo, 'customer')} left alone until now ${alreadyInKlaviyo === 1 ? 'is' : 'are'} sent.`,
    )
  if (before.mostNew !== null && next.mostNew === null && waitingAtLimit > 0)
    words.push(
      `${amountOf(waitingAtLimit, 'customer')} who ${waitingAtLimit === 1 ? 'waits' : 'wait'} because of the limit ${waitingAtLimit === 1 ? 'is' : 'are'} sent.`,
    )
  if (next.mostNew !== null && next.mostNew !== before.mostNew)
    words.push(`A full sync stops creating profiles at ${count(next.mostNew)}; the others wait for the next one.`)
  if (!isSameSharing(before.sharing, next.sharing)) words.push(sharingCopy.stays)
  if (destinationSetting.needsComparison(before, next)) words.push(comparisonWhen(view))
  return words
}

function comparisonWhen({ connected, status, runIsOpen }: DestinationView): string {
  if (!connected) return 'This takes effect once Klaviyo is connected.'
  if (status !== 'on') return 'After the integration is turned on, all customers are compared.'
  if (runIsOpen) return 'After saving, once the current sync has ended, all customers are compared.'
  return 'After saving, all customers are compared. This starts at once.'
}

export function listProblemCopy({ why, list }: NonNullable<SyncCard['listProblem']>): { title: string; body: string } {
  if (why === 'gone') {
    return {
      title: `The list ${list} is no longer in Klaviyo`,
      body: 'Customers are synced as before, but new profiles join no list. Choose another list, or none, under Settings, Klaviyo destination. Waiting profiles then join it.',
    }
  }
  return {
    title: `Klaviyo does not let Lockstep change the list ${list}`,
    body: 'The API key lacks the scope lists:write. Customers are synced as before, but new profiles join no list. Paste a key with this scope in Settings; waiting profiles then join the list.',
  }
}

/** `Stopped at your limit of 10,000 new profiles. 2,310 customers wait for the next full sync.` */
export function limitWords({ mostNew, held }: { mostNew: number; held: number }): string {
  const wait = held === 1 ? 'waits' : 'wait'
  return `Stopped at your limit of ${count(mostNew)} new ${mostNew === 1 ? 'profile' : 'profiles'}. ${amountOf(held, 'customer')} ${wait} for the next full sync.`
}

/** `A full sync now: about 1,240 new profiles and 20 updates; 5,020 customers are compared. About 14 minutes.` */
export function forecastWords({ newProfiles, updates, compared, ms }: FullSyncForecast): string {
  const made =
    newProfiles === 0 && updates === 0
      ? 'no new profiles and no updates are expected'
      : `about ${amountOf(newProfiles, 'new profile')} and ${amountOf(updates, 'update')}`
  const are = compared === 1 ? 'is' : 'are'
  return `A full sync now: ${made}; ${amountOf(compared, 'customer')} ${are} compared.${ms === null ? '' : ` ${spanWords(ms)}.`}`
}

/** Before the first sync: which customers Klaviyo already has is not known. */
export function firstForecastWords({ newProfiles, compared }: FullSyncForecast): string {
  if (compared === 0) return 'There are no customers in Shopify yet.'
  const limited = newProfiles < compared ? ` At most ${count(newProfiles)} new profiles are created.` : ''
  return `The first full sync reads ${amountOf(compared, 'customer')} from Shopify.${limited}`
}

const MINUTE_MS = 60_000

function spanWords(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS)
  if (minutes < 1) return 'Less than a minute'
  if (minutes < 90) return `About ${minutes} minute${minutes === 1 ? '' : 's'}`
  const hours = Math.round(minutes / 60)
  return `About ${hours} hours`
}
