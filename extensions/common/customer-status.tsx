import { useCallback, useEffect, useState } from 'preact/hooks'
import type { CustomerAnswer, Fact } from '../../app/core/report/extension-answers.ts'
import { askApp } from './ask-app.ts'
import { syncCustomers } from './sync-customers.ts'

/** The texts of an extension, by key. */
export type Translate = (key: string) => string

export interface CustomerStatus {
  /** Null until the app has answered. */
  readonly customer: CustomerAnswer | null
  readonly failed: boolean
  readonly busy: boolean
  /** What the app said to the last press; null before. */
  readonly message: string | null
  readonly syncNow: () => Promise<void>
  readonly load: () => Promise<void>
}

/** Where a customer (global id) stands, and a way to have it synced now. */
export function useCustomerStatus(id: string, language: string): CustomerStatus {
  const [customer, setCustomer] = useState<CustomerAnswer | null>(null)
  const [state, setState] = useState({ failed: false, busy: false, message: null as string | null })

  const load = useCallback(async () => {
    const answer = await askApp<CustomerAnswer>('customer', { language, query: { id } })
    if (answer.kind === 'answered') setCustomer(answer.data)
    setState((before) => ({ ...before, failed: answer.kind === 'failed' }))
  }, [id, language])

  const syncNow = useCallback(async () => {
    setState({ failed: false, busy: true, message: null })
    const { failed, message } = await syncCustomers([id], { language })
    setState({ failed, busy: false, message })
    if (!failed) await load()
  }, [id, language, load])

  useEffect(() => {
    void load()
  }, [load])

  return { customer, ...state, syncNow, load }
}

/** The answer in the words that the app gives: state, reason, what to do, times and loyalty values. */
export function CustomerDetails({ status, t }: { status: CustomerStatus; t: Translate }) {
  const { customer, failed, message } = status
  return (
    <s-stack gap="base">
      {failed && <s-banner tone="critical">{t('failed')}</s-banner>}
      {message && <s-banner tone="success">{message}</s-banner>}
      {!customer && !failed && <s-spinner accessibilityLabel={t('loading')} />}
      {customer && <StateOfCustomer customer={customer} />}
    </s-stack>
  )
}

function StateOfCustomer({ customer }: { customer: CustomerAnswer }) {
  const { state, tone, headline, whatToDo, details, hindrance, facts, loyalty } = customer
  return (
    <s-stack gap="base">
      {hindrance && <s-banner tone="warning">{hindrance}</s-banner>}
      <s-stack gap="small-300">
        <s-stack direction="inline">
          <s-badge tone={tone}>{state}</s-badge>
        </s-stack>
        <s-text type="strong">{headline}</s-text>
        {whatToDo && <s-paragraph>{whatToDo}</s-paragraph>}
        {details.map((detail) => (
          <s-paragraph key={detail} color="subdued">
            {detail}
          </s-paragraph>
        ))}
      </s-stack>
      {facts.length > 0 && <Facts facts={facts} />}
      {loyalty.length > 0 && <Facts facts={loyalty} />}
    </s-stack>
  )
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <s-stack gap="small-500">
      {facts.map(({ label, value }) => (
        <s-text key={label}>
          {label}: {value}
        </s-text>
      ))}
    </s-stack>
  )
}
