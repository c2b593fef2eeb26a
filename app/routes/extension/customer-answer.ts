import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { CustomerView } from '#app/core/report/customer-view.ts'
import type { CustomerAnswer, Fact } from '#app/core/report/extension-answers.ts'
import type { UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { hindranceWords } from '#app/ui/copy/customer.ts'
import { labelOfWords, omissionWords, stateWords } from '#app/ui/copy/customers.ts'
import { customerPage } from '#app/ui/pages.ts'
import type { ShopNow } from '#app/ui/time/shop-clock.tsx'
import { shopTimeBrief } from '#app/ui/time/shop-time.ts'

/** Says of one customer where it stands, why, and what to do. */
export function customerAnswer(view: CustomerView, now: ShopNow): CustomerAnswer {
  const { customer, hindrance, erased, mergedInto } = view
  const known = erased || mergedInto !== null || view.waiting !== null || customer.state !== 'unread'
  return {
    kind: known ? 'known' : 'unknown',
    ...stateOf(customer, now),
    ...(erased && { headline: now.t('customer.answer.erased'), whatToDo: '', tone: 'neutral' as const }),
    ...(mergedInto && { headline: now.t('customer.answer.mergedInto'), whatToDo: '', tone: 'info' as const }),
    hindrance: hindrance && hindranceWords(now.t, hindrance),
    facts: factsOf(view, now),
    loyalty: loyaltyOf(view, now),
    canSync: !erased,
  }
}

/** The same from the list of customers, without times and loyalty values. */
export function listedAnswer(customer: UnsyncedCustomer, now: ShopNow): CustomerAnswer {
  const kind = customer.state === 'unread' ? 'unknown' : 'known'
  return { kind, ...stateOf(customer, now), hindrance: null, facts: [], loyalty: [], canSync: true }
}

type StateWords = Omit<CustomerAnswer, 'kind' | 'hindrance' | 'facts' | 'loyalty' | 'canSync'>

function stateOf(customer: UnsyncedCustomer, { t }: Pick<ShopNow, 't'>): StateWords {
  const { customerId, code, words, omitted, state } = customer
  return {
    customerId,
    state: stateWords(t, customer, false),
    tone: toneOf(customer),
    headline: code ? t(`reasons.${code}.headline`) : headlineOf(customer, t),
    whatToDo: code ? t(`reasons.${code}.whatToDo`) : whatToDoOf(state, omitted.length > 0, t),
    details: [
      ...(code && words ? [`${labelOfWords(t, code)} ${words}`] : []),
      ...omitted.map((field) => omissionWords(t, field)),
    ],
    page: customerPage(customerId),
  }
}

function headlineOf({ state }: UnsyncedCustomer, t: ShopNow['t']): string {
  return state === 'issue' || state === 'left_out' ? t(`customers.states.${state}`) : t(`customer.answer.${state}`)
}

function whatToDoOf(state: UnsyncedCustomer['state'], hasOmitted: boolean, t: ShopNow['t']): string {
  if (state === 'unread') return t('customer.answer.unreadHelp')
  if (state === 'gone') return t('customer.answer.goneHelp')
  return hasOmitted ? t('omissions.whatToDo') : ''
}

function toneOf({ state, waits }: UnsyncedCustomer): CustomerAnswer['tone'] {
  if (waits || state === 'waiting') return 'info'
  if (state === 'in_sync') return 'success'
  return state === 'issue' ? 'warning' : 'neutral'
}

function factsOf({ customer, readAt, waiting }: CustomerView, now: ShopNow): Fact[] {
  const at = (label: string, instant: string | null): Fact[] =>
    instant ? [{ label, value: shopTimeBrief(new Date(instant), now) }] : []
  return [
    ...at(now.t('customer.lines.lastSent'), customer.lastSentAt),
    ...at(now.t('customer.lines.lastRead'), readAt),
    ...at(now.t('customer.lines.next'), waiting?.nextAt ?? null),
  ]
}

function loyaltyOf({ loyalty }: CustomerView, { t }: ShopNow): Fact[] {
  return Object.entries(loyalty?.values ?? {}).map(([meaning, value]) => ({
    label: t(`customer.meanings.${meaning as Meaning}`),
    value: value === null ? t('customer.none') : String(value),
  }))
}
