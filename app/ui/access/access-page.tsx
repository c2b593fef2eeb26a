import { BlockStack, Box, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { StatusTokenView, TokenMade } from '#app/core/access/status-token.ts'
import { MakeTokenForm } from './make-token-form.tsx'
import { NewToken } from './new-token.tsx'
import { TokenList } from './token-list.tsx'

interface AccessPageProps {
  readonly tokens: readonly StatusTokenView[]
  /** Where programs ask, and where AI assistants do. */
  readonly addresses: { readonly status: string; readonly mcp: string }
  /** What came of the last attempt to make a token; null before the first. */
  readonly made: TokenMade | null
  readonly making: boolean
  readonly onMake: (name: string) => void
  readonly onRevoke: (id: string) => void
}

export function AccessPage({ tokens, addresses, made, making, onMake, onRevoke }: AccessPageProps) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="400">
      <div>
        <div aria-live="polite">
          {made?.kind === 'made' && (
            <Box paddingBlockEnd="400">
              <NewToken name={made.name} token={made.token} />
            </Box>
          )}
        </div>
        <MakeTokenForm making={making} tooMany={made?.kind === 'too_many'} onMake={onMake} />
      </div>
      <TokenList tokens={tokens} onRevoke={onRevoke} />
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {t('access.howTitle')}
          </Text>
          <Text as="p">{t('access.shows')}</Text>
          <Text as="p">{t('access.howStatus')}</Text>
          <Address address={addresses.status} />
          <Text as="p">{t('access.howMcp')}</Text>
          <Address address={addresses.mcp} />
        </BlockStack>
      </Card>
    </BlockStack>
  )
}

function Address({ address }: { address: string }) {
  return (
    <code className="ls-break" translate="no">
      {address}
    </code>
  )
}
