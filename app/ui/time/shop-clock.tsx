import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

interface ShopNow {
  readonly nowMs: number
  readonly timeZone: string
}

const ShopClockContext = createContext<ShopNow>({ nowMs: 0, timeZone: 'UTC' })

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
  return useContext(ShopClockContext)
}
