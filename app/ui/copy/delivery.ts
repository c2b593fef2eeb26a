import { comparesAfter, type DeliveryChoice, MOST_NEW_PROFILES } from '#app/core/flow/delivery-choice.ts'
import type { DeliveryView } from '#app/core/report/delivery-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { amountOf, count } from './amounts.ts'

export const deliveryCopy = {
  title: 'In Klaviyo',
  about: 'Choose a list for new profiles, what becomes of profiles that exist, and how many may be made at once.',
  open: 'Choose where profiles land',
  list: {
    title: 'List',
    label: 'Add new profiles to',
    none: 'No list',
    help: 'Only profiles that Lockstep makes from now on are added. Being on a list never changes who agreed to be written to.',
    unknown: 'Klaviyo does not show its lists just now. Reload the page to choose another one.',
    connectFirst: 'Connect Klaviyo in Settings to choose one of its lists.',
    gone: (name: string) => `${name} (no longer in Klaviyo)`,
  },
  existing: {
    title: 'Profiles that are in Klaviyo already',
    choices: {
      update: {
        label: 'Update them',
        help: 'A profile with the same email address is updated from the customer.',
      },
      leave: {
        label: 'Leave them alone',
        help: 'Only missing profiles are made. Profiles that Lockstep made or updated before are kept in sync.',
      },
    },
  },
  limit: {
    title: 'How many at once',
    check: 'Limit how many new profiles one full sync makes',
    help: 'To stay inside your Klaviyo plan. The others wait for the next full sync. Updates and single changes are never limited.',
    label: 'New profiles at most',
    fault: `Enter a whole number from 1 to ${count(MOST_NEW_PROFILES)}.`,
  },
  nothingChosen: 'Every customer’s profile is made or updated, on no list and without a limit.',
} as const

/** The choice in a sentence. */
export function deliverySummary({ list, existing, mostNew }: DeliveryChoice): string {
  if (!list && existing === 'update' && mostNew === null) return deliveryCopy.nothingChosen
  const made = existing === 'update' ? 'Profiles are made or updated' : 'Missing profiles are made, others left alone'
  const listed = list ? `; new ones join the list ${list.name}` : ''
  const limited = mostNew === null ? '' : `; at most ${amountOf(mostNew, 'new profile')} in one full sync`
  return `${made}${listed}${limited}.`
}

/** What saving sets in motion, before it is saved. */
export function savingWords(view: DeliveryView, next: DeliveryChoice): string[] {
  const { delivery: before, alreadyInKlaviyo, waitingAtLimit } = view
  const words: string[] = []
  if (before.list?.id !== next.list?.id) {
    words.push(
      next.list
        ? `From now on new profiles are added to ${next.list.name}. Profiles that are there already are not.`
        : 'No profile is added to a list any more. Who is on a list stays on it.',
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
    words.push(`A full sync stops making profiles at ${count(next.mostNew)}; the others wait for the next one.`)
  if (comparesAfter(before, next)) words.push(comparisonWhen(view))
  return words
}

function comparisonWhen({ connected, status, runIsOpen }: DeliveryView): string {
  if (!connected) return 'This takes effect once Klaviyo is connected.'
  if (status !== 'on') return 'After the integration is turned on, all customers are compared.'
  if (runIsOpen) return 'After saving, once the sync under way has ended, all customers are compared.'
  return 'After saving, all customers are compared. This starts at once.'
}

export function listProblemCopy({ why, list }: NonNullable<SyncCard['listProblem']>): { title: string; body: string } {
  if (why === 'gone') {
    return {
      title: `The list ${list} is no longer in Klaviyo`,
      body: 'Customers are synced as before, but new profiles join no list. Choose another list, or none, under Settings, In Klaviyo; new profiles that wait join it then.',
    }
  }
  return {
    title: `Klaviyo does not let Lockstep change the list ${list}`,
    body: 'The API key may not write lists (lists:write). Customers are synced as before, but new profiles join no list. Paste a key that may in Settings; new profiles that wait join then.',
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

/** Before anything was ever sent: who is in Klaviyo already is not known. */
export function firstForecastWords({ newProfiles, compared }: FullSyncForecast): string {
  if (compared === 0) return 'There are no customers in Shopify yet.'
  const limited = newProfiles < compared ? ` At most ${count(newProfiles)} new profiles are made.` : ''
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
