import { useFetcher } from '@remix-run/react'
import { useEffect } from 'react'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { pages } from '#app/ui/pages.ts'

/** What a full sync would do now, requested once, and again when `asked` changes. Null until it is known, and if it cannot be. */
export function useForecast(asked: string | null): FullSyncForecast | null {
  const { load, data } = useFetcher<{ forecast: FullSyncForecast | null }>()
  useEffect(() => {
    if (asked !== null) load(pages.forecast)
  }, [asked, load])
  return asked === null ? null : (data?.forecast ?? null)
}
