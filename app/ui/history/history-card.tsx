import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { History } from '#app/core/report/history.ts'
import { Choice } from './choice.tsx'
import { HistoryTable } from './history-table.tsx'

// uPlot comes when the chart scrolls into view.
const HistoryChart = lazy(async () => ({ default: (await import('./history-chart.tsx')).HistoryChart }))

export interface HistoryCardProps {
  /** Null until it is loaded, and if it cannot be. */
  readonly history: History | null
  readonly failed: boolean
}

/** What was synced, found wrong and heard, by hour or by day, as a chart or as a table. */
export function HistoryCard({ history, failed }: HistoryCardProps) {
  const { t } = useTranslation()
  const [range, setRange] = useState<'hours' | 'days'>('hours')
  const [form, setForm] = useState<'chart' | 'table'>('chart')
  const waiting = <p className="ls-chart-space">{failed ? t('history.failed') : t('history.loading')}</p>
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="400">
        <InlineStack gap="300" align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('history.title')}
          </Text>
          <InlineStack gap="300">
            <Choice
              label={t('history.range')}
              options={{ hours: t('history.hours'), days: t('history.days') }}
              chosen={range}
              onChoose={setRange}
            />
            <Choice
              label={t('history.form')}
              options={{ chart: t('history.chart'), table: t('history.table') }}
              chosen={form}
              onChoose={setForm}
            />
          </InlineStack>
        </InlineStack>
        {history === null ? (
          waiting
        ) : form === 'table' ? (
          <HistoryTable history={history} range={range} />
        ) : (
          <>
            <Suspense fallback={waiting}>
              <HistoryChart history={history} range={range} />
            </Suspense>
            {/* A canvas tells a screen reader nothing. */}
            <div className="ls-unseen">
              <HistoryTable history={history} range={range} />
            </div>
          </>
        )}
      </BlockStack>
    </Card>
  )
}
