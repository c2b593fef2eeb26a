import type { TFunction } from 'i18next'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** The time, where it is, and how to say it: what every sentence about a time needs. */
export interface ShopNow {
  readonly nowMs: number
  /** The shop's own zone, as IANA name. */
  readonly timeZone: string
  /** The language of the page, such as `pt-BR`. */
  readonly language: string
  readonly t: TFunction
}

const ShopClockContext = createContext<Pick<ShopNow, 'nowMs' | 'timeZone'>>({ nowMs: 0, timeZone: 'UTC' })

/**
 * Provides the current time to its children. It starts at the instant the server read its figures, so that the first render in
 * the browser is the server's, and goes on from there by the time that passed since: the browser's own clock may be wrong.
 */
export function ShopClock({ asOf, timeZone, children }: { asOf: string; timeZone: string; children: ReactNode }) {
  const [passed, setPassed] = useState({ asOf, ms: 0 })

  useEffect(() => {
    const receivedAt = performance.now()
    const tick = setInterval(() => setPassed({ asOf, ms: performance.now() - receivedAt }), 1000)
    return () => clearInterval(tick)
  }, [asOf])

  const nowMs = Date.parse(asOf) + (passed.asOf === asOf ? passed.ms : 0)
  return <ShopClockContext.Provider value={{ nowMs, timeZone }}>{children}</ShopClockContext.Provider>
}

export function useShopNow(): ShopNow {
  const { t, i18n } = useTranslation()
  return { ...useContext(ShopClockContext), language: i18n.language, t }
}
