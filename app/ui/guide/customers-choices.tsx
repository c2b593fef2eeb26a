import { BlockStack, Button, InlineStack, Select, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GuidePart } from '#app/core/report/setup-guide.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { pages } from '../pages.ts'
import type { GuideActions } from './guide-actions.ts'
import { MarkButton } from './mark-button.tsx'

type Part = Extract<GuidePart, { step: 'customers' }>

export interface CustomersStepProps {
  readonly card: SyncCard
  readonly actions: GuideActions
  readonly onDone: () => void
}

/** Who is synced and how many that are, how many profiles that adds, and which list these join. */
export function CustomersChoices({ part, card, actions, onDone }: CustomersStepProps & { readonly part: Part }) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="300">
      <BlockStack gap="100">
        <div role="status">
          <Count part={part} />
        </div>
        {part.newProfiles !== null && (
          <Text as="p" fontWeight="semibold">
            {t('guide.customers.adds', { profiles: part.newProfiles })}
          </Text>
        )}
      </BlockStack>
      <ListChoice part={part} connected={card.connection.kind === 'connected'} actions={actions} />
      <InlineStack gap="200">
        <Button url={pages.audience}>{t('guide.customers.audience')}</Button>
        <MarkButton step="customers" card={card} actions={actions} onDone={onDone} />
      </InlineStack>
    </BlockStack>
  )
}

function Count({ part: { count, everyone } }: { part: Part }) {
  const { t } = useTranslation()
  switch (count.kind) {
    case 'counted': {
      const { total, matching, cannotBeSynced: faulty } = count
      const figures = { everyone: everyone ? 'yes' : 'no', total, matching, faulty }
      return <Text as="p">{t('guide.customers.count', figures)}</Text>
    }
    case 'preparing':
      return <Text as="p">{t('guide.customers.counting', { rows: count.rowsWritten })}</Text>
    default:
      return <Text as="p">{t('guide.customers.uncounted')}</Text>
  }
}

/** The list that new profiles join. It is saved as soon as it is chosen, and holds for the first profile. */
function ListChoice({ part, connected, actions }: { part: Part; connected: boolean; actions: GuideActions }) {
  const { t } = useTranslation()
  const { destination, lists, version } = part
  // What is being saved is shown until the saved choice has been read again.
  const [picked, setPicked] = useState<{ readonly version: number; readonly id: string } | null>(null)
  if (lists === null) {
    return (
      <Text as="p" tone="subdued">
        {connected ? t('guide.customers.lists') : t('guide.customers.connectFirst')}
      </Text>
    )
  }
  const chosen = destination.list
  const gone = chosen && !lists.some(({ id }) => id === chosen.id) ? [chosen] : []
  return (
    <Select
      label={t('guide.customers.list')}
      options={[
        { label: t('guide.customers.noList'), value: '' },
        ...gone.map(({ id, name }) => ({ label: t('guide.customers.gone', { list: name }), value: id })),
        ...lists.map(({ id, name }) => ({ label: name, value: id })),
      ]}
      value={picked?.version === version ? picked.id : (chosen?.id ?? '')}
      disabled={actions.saving}
      onChange={(id) => {
        setPicked({ version, id })
        const list = lists.find((each) => each.id === id) ?? null
        actions.saveDestination(version, { ...destination, list: list && { id: list.id, name: list.name } })
      }}
    />
  )
}
