import type { Page } from 'playwright-core'
import type { AdminPage } from './admin.ts'

/** How a page feels, as web.dev defines it: https://web.dev/articles/vitals */
export interface Vitals {
  /** Until the largest part of the page was drawn, in milliseconds from when the frame began to load. */
  readonly lcpMs: number
  /** How much of the page moved without being asked to. */
  readonly cls: number
  /** The longest time from a press of a key or a pointer to the next picture; null if nothing was pressed. */
  readonly inpMs: number | null
  /** What was pressed then, such as `keydown INPUT`. */
  readonly inpBy: string | null
}

/** A phone of the middle class beside a desktop's processor. */
const SLOWED_DOWN = 4

/** Runs in every frame before its page. Shifts within half a second of a press were asked for. */
const OBSERVE = `(() => {
  const vitals = (window.__vitals = { lcpMs: 0, cls: 0, inpMs: null, inpBy: null })
  const observe = (type, see, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true, ...more })
  observe('largest-contentful-paint', ({ startTime }) => { vitals.lcpMs = startTime })
  observe('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) vitals.cls += value })
  observe('event', ({ interactionId, duration, name, target }) => {
    if (!interactionId || duration <= (vitals.inpMs ?? 0)) return
    vitals.inpMs = duration
    vitals.inpBy = name + ' ' + (target?.nodeName ?? '')
  }, { durationThreshold: 16 })
})()`

/** Prepares a page that has not been opened yet. */
export async function watchVitals(page: Page): Promise<void> {
  await page.addInitScript(OBSERVE)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWED_DOWN })
}

/** Returns what has been seen of the app's page up to the next picture. */
export async function vitalsOf({ page }: AdminPage): Promise<Vitals> {
  const frame = page.frame('app')
  if (!frame) throw new Error('the admin shows no app')
  await frame.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50)))')
  return frame.evaluate<Vitals>('window.__vitals')
}
