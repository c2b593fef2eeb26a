import { Banner, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { DryRunPage, DryRunView } from '#app/core/report/dry-run-view.ts'
import { Line, Lines } from '../card/lines.tsx'
import { numberIn } from '../language/number-in.ts'
import { Progress } from '../progress.tsx'
import { Instant } from '../time/instant.tsx'
import { DryRunExamples, type Examining } from './dry-run-examples.tsx'

export interface DryRunActions extends Examining {
  readonly tryFull: () => void
  readonly cancel: () => void
  readonly carryOut: (id: string) => void
  readonly busy: boolean
  /** Why the last press did nothing, in words; null if it did. */
  readonly refusal: string | null
}

const counted = ['created', 'changed', 'cleared', 'unchanged', 'left_out', 'limited', 'issues', 'unclear'] as const

/** The last dry run: how far it is, what it found, and the button that does what it played. */
export function DryRunDetails({ page: { dry, hindrance }, actions }: { page: DryRunPage; actions: DryRunActions }) {
  const { t } = useTranslation()
  const isOpen = dry !== null && dry.endedAt === null
  return (
    <BlockStack gap="400">
      {actions.refusal && (
        <Banner tone="warning">
          <p>{actions.refusal}</p>
        </Banner>
      )}
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          <Text as="p">{t('dryRun.explanation')}</Text>
          {hindrance && <Text as="p">{t(`dryRun.notStarted.${hindrance}`)}</Text>}
          <InlineStack gap="200">
            <Button
              {...(dry === null && { variant: 'primary' })}
              disabled={hindrance !== null || isOpen}
              loading={actions.busy}
              onClick={actions.tryFull}
            >
              {t('dryRun.tryFull')}
            </Button>
            {isOpen && <Button onClick={actions.cancel}>{t('dryRun.cancel')}</Button>}
          </InlineStack>
        </BlockStack>
      </Card>
      {dry && <Result dry={dry} actions={actions} />}
      {dry?.state === 'finished' && dry.examples.length > 0 && (
        <DryRunExamples key={dry.id} examples={dry.examples} examining={actions} />
      )}
    </BlockStack>
  )
}

function Result({ dry, actions }: { dry: DryRunView; actions: DryRunActions }) {
  const { t, i18n } = useTranslation()
  const mayCarryOut = dry.state === 'finished' && dry.carriedOutAt === null && !dry.settingsChanged
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t(`dryRun.subjects.${dry.subject}`)}
          </Text>
          <Text as="p" tone="subdued">
            <Instant at={dry.askedAt} />
          </Text>
        </BlockStack>
        {dry.settingsChanged && dry.carriedOutAt === null && (
          <Text as="p" tone="caution" fontWeight="medium">
            {t('dryRun.settingsChanged')}
          </Text>
        )}
        {dry.carriedOutAt && (
          <Text as="p">
            {t('dryRun.carriedOut')} <Instant at={dry.carriedOutAt} />
          </Text>
        )}
        {dry.endedAt === null && <Movement dry={dry} />}
        {dry.failure && <Text as="p">{t(`dryRun.failures.${dry.failure}`)}</Text>}
        <Lines heading={t('dryRun.resultHeading')}>
          {counted.map((name) => (
            <Line key={name} label={t(`dryRun.counts.${name}`)}>
              {numberIn(i18n.language, dry.counts[name])}
            </Line>
          ))}
        </Lines>
        <Text as="p" tone="subdued">
          {t('dryRun.refusals')}
        </Text>
        {mayCarryOut && (
          <div>
            <Button variant="primary" loading={actions.busy} onClick={() => actions.carryOut(dry.id)}>
              {dry.subject === 'full' ? t('dryRun.start') : t('dryRun.save')}
            </Button>
          </div>
        )}
      </BlockStack>
    </Card>
  )
}

function Movement({ dry: { counts, expected, waitsFor } }: { dry: DryRunView }) {
  const { t } = useTranslation()
  const labelId = useId()
  const words = { total: expected === null ? 'unknown' : 'known', read: counts.read, expected: expected ?? 0 }
  return (
    <BlockStack gap="200">
      <Text as="p" id={labelId} fontWeight="medium">
        {t('dryRun.reading', words)}
      </Text>
      <Progress fraction={expected ? Math.min(counts.read / expected, 1) : 0} labelId={labelId} />
      {waitsFor && <Text as="p">{t(`dryRun.waits.${waitsFor}`)}</Text>}
    </BlockStack>
  )
}
