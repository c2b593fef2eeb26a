import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react'
import type { HistoryCardProps } from './history-card.tsx'

const HistoryCard = lazy(async () => ({ default: (await import('./history-card.tsx')).HistoryCard }))

/** The place of the history: its card, and what it needs, come once the place is nearly in view. */
export function HistorySection({ onSeen, ...props }: HistoryCardProps & { readonly onSeen: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  useSeen(place, () => {
    setNear(true)
    onSeen()
  })
  return (
    <div ref={place} className="ls-history">
      {near && (
        // Not drawn by the server: a boundary that is updated before it was hydrated is an error of React's (421).
        <Suspense>
          <HistoryCard {...props} />
        </Suspense>
      )}
    </div>
  )
}

/** Calls `onSeen` once, when the element first comes near the view. */
function useSeen(element: RefObject<HTMLElement>, onSeen: () => void): void {
  const seen = useRef(false)
  useEffect(() => {
    if (!element.current) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (seen.current || !entries.some((entry) => entry.isIntersecting)) return
        seen.current = true
        watch.disconnect()
        onSeen()
      },
      { rootMargin: '100px' },
    )
    watch.observe(element.current)
    return () => watch.disconnect()
  }, [element, onSeen])
}
