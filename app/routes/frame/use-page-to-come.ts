import { useLocation, useNavigation } from '@remix-run/react'
import { useEffect, useState } from 'react'

/** A page that comes sooner is not announced: what would flash is worse than nothing. */
const PATIENCE_MS = 300

/** Shows the admin's loading bar while another page is loaded. Returns its path once that has taken a while; null otherwise. */
export function usePageToCome(): string | null {
  const { state, location } = useNavigation()
  const { pathname } = useLocation()
  const path = state === 'loading' && location.pathname !== pathname ? location.pathname : null
  const [late, setLate] = useState<string | null>(null)

  useEffect(() => {
    if (path === null) return
    window.shopify?.loading(true)
    const timer = setTimeout(() => setLate(path), PATIENCE_MS)
    return () => {
      clearTimeout(timer)
      setLate(null)
      window.shopify?.loading(false)
    }
  }, [path])

  return path === null ? null : late
}
