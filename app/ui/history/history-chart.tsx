import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import type { History } from '#app/core/report/history.ts'
import { numberIn } from '../language/number-in.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { historyRows, type Range, startWords } from './history-words.ts'

const HEIGHT_PX = 200
/** An axis on the left is as wide as the longest number on it, which is not known before. */
const AXIS_PX = 52
const colours = {
  synced: '--p-color-bg-fill-success',
  issues: '--p-color-bg-fill-critical',
  changes: '--p-color-bg-fill-info',
}

/** Bars for each hour or day, side by side. It moves with the width of the page, and never by itself. */
export function HistoryChart({ history, range }: { history: History; range: Range }) {
  const { t, language } = useShopNow()
  const place = useRef<HTMLDivElement>(null)
  const series = history[range]
  const sums = Object.fromEntries(historyRows.map((row) => [row, sumOf(series[row])]))

  useEffect(() => {
    const element = place.current
    if (!element) return
    const style = getComputedStyle(element)
    const clock = { t, language, timeZone: history.timeZone }
    const words = series.starts.map((start) => startWords(start, range, clock))
    const numbers = series.starts.map((_, i) => i)
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        select: { show: false, left: 0, top: 0, width: 0, height: 0 },
        scales: {
          x: { time: false, range: [-0.5, numbers.length - 0.5] },
          y: { range: (_, __, most) => [0, Math.max(4, most * 1.05)] },
        },
        axes: [
          {
            values: (_, splits) => splits.map((at) => words[at] ?? ''),
            space: 90,
            incrs: [1, 2, 3, 4, 6, 8, 12, 24],
            ...axisLook(style),
            grid: { show: false },
          },
          {
            values: (_, splits) => splits.map((at) => numberIn(language, at)),
            incrs: wholeSteps,
            size: AXIS_PX,
            ...axisLook(style),
          },
        ],
        series: [
          {},
          ...historyRows.map((row, i) => ({
            label: t(`history.${row}`),
            fill: style.getPropertyValue(colours[row]),
            width: 0,
            points: { show: false },
            paths: UPlot.paths.bars!({ size: [0.26, 24], align: (i - 1) as -1 | 0 | 1 }),
          })),
        ],
      },
      [numbers, ...historyRows.map((row) => [...series[row]])],
      element,
    )
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      chart.destroy()
    }
  }, [series, range, history.timeZone, language, t])

  return (
    <figure className="ls-chart">
      <div ref={place} className="ls-chart-space" aria-hidden />
      <figcaption>
        <ul className="ls-legend" aria-hidden>
          {historyRows.map((row) => (
            <li key={row}>
              <i style={{ background: `var(${colours[row]})` }} />
              {t(`history.${row}`)}
            </li>
          ))}
        </ul>
        <p>{t('history.summary', sums)}</p>
      </figcaption>
    </figure>
  )
}

const wholeSteps = [1, 2, 5]
  .flatMap((step) => [1, 10, 100, 1_000, 10_000, 100_000].map((ten) => step * ten))
  .sort((a, b) => a - b)

function axisLook(style: CSSStyleDeclaration) {
  const line = { stroke: style.getPropertyValue('--p-color-border-secondary'), width: 1 }
  return {
    stroke: style.getPropertyValue('--p-color-text-secondary'),
    font: `12px ${style.fontFamily}`,
    grid: line,
    ticks: { show: false },
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
