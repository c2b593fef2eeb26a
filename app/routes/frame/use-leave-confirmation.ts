import { useBlocker } from '@remix-run/react'
import { useEffect } from 'react'

/**
 * While the save bar is there, asks before another page of the app takes the draft away: by a link, the app's menu or the browser's own
 * arrows. The admin shows the question; its promise stays open if the merchant stays.
 */
export function useLeaveConfirmation(): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && document.querySelector('ui-save-bar') !== null,
  )
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    let replaced = false
    void leaveConfirmation().then(() => {
      if (!replaced) blocker.proceed()
    })
    return () => {
      replaced = true
    }
  }, [blocker])
}

/** Without App Bridge (if its script is blocked) there is no save bar either, and no question is asked. */
async function leaveConfirmation(): Promise<void> {
  await window.shopify?.saveBar.leaveConfirmation?.()
}
