import { Button, Card, InlineStack, Text } from '@shopify/polaris'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { DryRunStart } from '#app/core/report/dry-run-view.ts'

/** How a draft is played without being saved. */
export interface TryingOut {
  readonly tryOut: (choice: unknown) => void
  readonly trying: boolean
  /** The answer to the last request; null before the first. */
  readonly answer: DryRunStart | null
  /** Opens the page of the dry run. */
  readonly open: () => void
}

interface TryOutProps {
  readonly draft: { readonly chosen?: unknown; readonly discard: () => void }
  readonly trying: TryingOut
}

/** Plays the draft instead of saving it. The dry run keeps the draft, and its page can save it. */
export function TryOut({ draft: { chosen, discard }, trying: { tryOut, trying, answer, open } }: TryOutProps) {
  const { t } = useTranslation()
  const started = answer?.kind === 'started'
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer
  useEffect(() => {
    if (!started) return
    discard()
    open()
  }, [started])
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <InlineStack gap="300" align="space-between" blockAlign="center">
        <Text as="p" tone={answer && !started ? 'caution' : 'subdued'}>
          {answer && answer.kind !== 'started' ? t(`dryRun.notStarted.${answer.kind}`) : t('dryRun.tryDraft')}
        </Text>
        <Button disabled={chosen === null} loading={trying} onClick={() => tryOut(chosen)}>
          {t('dryRun.link')}
        </Button>
      </InlineStack>
    </Card>
  )
}
