import { Banner, BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SegmentListReport } from '#app/core/report/segment-list-report.ts'
import { SectionHeading } from '../heading.tsx'
import { SettingCard } from '../settings/setting-form.tsx'
import { Instant } from '../time/instant.tsx'

/** Stops keeping a segment as a list; `busy` while that is asked for. */
export interface SegmentListActions {
  readonly stop: (segment: string) => void
  readonly busy: boolean
}

interface SegmentListsCardProps {
  readonly lists: readonly SegmentListReport[]
  readonly actions: SegmentListActions
}

/** The Shopify segments that are kept as lists in Klaviyo; nothing if there are none. */
export function SegmentListsCard({ lists, actions }: SegmentListsCardProps) {
  const { t } = useTranslation()
  if (lists.length === 0) return null
  return (
    <SettingCard>
      <BlockStack gap="200">
        <SectionHeading words={t('segmentLists.title')} />
        <Text as="p" tone="subdued">
          {t('segmentLists.help')}
        </Text>
      </BlockStack>
      {lists.map((list) => (
        <KeptSegment key={list.segment} list={list} actions={actions} />
      ))}
    </SettingCard>
  )
}

function KeptSegment({ list, actions: { stop, busy } }: { list: SegmentListReport; actions: SegmentListActions }) {
  const { t } = useTranslation()
  const { segment, listName, listed, lookedAt, problem, isKept } = list
  const name = list.segmentName ?? t('segmentLists.unread')
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm" breakWord>
        {name}
      </Text>
      {listName && (
        <Text as="p" breakWord>
          {t('segmentLists.list', { list: listName })}
        </Text>
      )}
      {problem !== 'list_gone' && <Text as="p">{t('segmentLists.listed', { listed })}</Text>}
      <Text as="p">
        {t('segmentLists.lookedAt')} <Instant at={lookedAt} />
      </Text>
      {problem && problem !== 'by_hand' && <Banner tone="warning">{t(`segmentLists.problems.${problem}`)}</Banner>}
      {isKept && (
        <InlineStack>
          <Button
            disabled={busy}
            accessibilityLabel={t('segmentLists.stopOne', { segment: name })}
            onClick={() => stop(segment)}
          >
            {t('segmentLists.stop')}
          </Button>
        </InlineStack>
      )}
    </BlockStack>
  )
}
