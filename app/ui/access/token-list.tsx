import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StatusTokenView } from '#app/core/access/status-token.ts'
import { InstantLine } from '../card/lines.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'

interface TokenListProps {
  readonly tokens: readonly StatusTokenView[]
  readonly onRevoke: (id: string) => void
}

export function TokenList({ tokens, onRevoke }: TokenListProps) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<StatusTokenView | null>(null)
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('access.listTitle')}
        </Text>
        {tokens.length === 0 && <Text as="p">{t('access.none')}</Text>}
        {tokens.map((token) => (
          <BlockStack key={token.id} gap="200">
            <Text as="h3" variant="headingSm" breakWord>
              <bdi>{token.name}</bdi>
            </Text>
            <dl className="ls-lines">
              <InstantLine label={t('access.made')} at={token.createdAt} />
              <InstantLine label={t('access.lastUsed')} at={token.lastUsedAt} />
            </dl>
            <div>
              <Button
                tone="critical"
                accessibilityLabel={t('access.revokeOne', { name: token.name })}
                onClick={() => setAsked(token)}
              >
                {t('access.revoke')}
              </Button>
            </div>
          </BlockStack>
        ))}
      </BlockStack>
      {asked && (
        <RevokeDialog
          name={asked.name}
          onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null)
            onRevoke(asked.id)
          }}
        />
      )}
    </Card>
  )
}
