import { useFetcher, useSearchParams } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { LoginOutcome, LoginStart } from '#app/core/report/klaviyo-login.ts'
import type { LoginActions } from '#app/ui/klaviyo-login/login-actions.ts'
import { pages } from '#app/ui/pages.ts'

/** The name of the ticket in the address with which a merchant comes back from Klaviyo (routes/klaviyo.callback.tsx). */
const TICKET = 'klaviyo'

const toSettings = { method: 'post', action: pages.settings } as const

/** Begins logins at Klaviyo by the action of the settings page, and ends the one from which the merchant has come back to this page. */
export function useKlaviyoLogin(): LoginActions {
  const beginning = useFetcher<LoginStart>()
  const ending = useFetcher<LoginOutcome>()
  const forgetting = useFetcher()
  const [query, setQuery] = useSearchParams()
  const ticket = useRef<string | null>(null)
  const { submit: end } = ending

  // Once; then the ticket is taken out of the address, so that reading the page again does not end the login a second time. Not at the same
  // time: a router that goes elsewhere breaks off what the page is still reading.
  const returned = query.get(TICKET)
  const hasEnded = ending.data !== undefined && ending.state === 'idle'
  useEffect(() => {
    if (returned === null || ticket.current === returned) return
    ticket.current = returned
    end({ intent: 'end_login', ticket: returned }, toSettings)
  }, [returned, end])
  useEffect(() => {
    if (!hasEnded || returned === null) return
    setQuery(
      (before) => {
        before.delete(TICKET)
        return before
      },
      { replace: true },
    )
  }, [returned, hasEnded, setQuery])

  // Klaviyo lets no frame show its page. App Bridge takes the whole window there.
  const start = beginning.data
  const [left, setLeft] = useState(false)
  useEffect(() => {
    if (start?.kind !== 'started') return
    setLeft(true)
    window.open(start.address, '_top')
  }, [start])
  // A browser may keep the page and show it again to a merchant who goes back.
  useEffect(() => {
    const shownAgain = ({ persisted }: PageTransitionEvent) => persisted && setLeft(false)
    window.addEventListener('pageshow', shownAgain)
    return () => window.removeEventListener('pageshow', shownAgain)
  }, [])

  return {
    begin: (first) => beginning.submit({ intent: 'begin_login', first }, toSettings),
    beginning: beginning.state !== 'idle',
    left,
    notBegun: start && start.kind !== 'started' && beginning.state === 'idle' ? start : null,
    ending: ending.state !== 'idle' || (returned !== null && !hasEnded),
    outcome: ending.data ?? null,
    answer: ({ account, sharing }) =>
      end(
        {
          ...{ intent: 'end_login', ticket: ticket.current ?? '' },
          ...(account && { account }),
          ...(sharing && { sharing: JSON.stringify(sharing) }),
        },
        toSettings,
      ),
    forget: () => forgetting.submit({ intent: 'forget_login' }, toSettings),
  }
}
