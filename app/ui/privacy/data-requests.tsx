import { BlockStack, Box, Card, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { DataRequestView, HeldAboutCustomer } from '#app/core/report/data-request-view.ts'
import { InstantLine, Line } from '../card/lines.tsx'
import { loyaltyWords, stateInWords } from '../copy/privacy.ts'
import { customerInShopify } from '../pages.ts'

export function DataRequests({ shop, requests }: { shop: string; requests: readonly DataRequestView[] }) {
  const { t } = useTranslation()
  if (requests.length === 0) return <NoRequests />
  return (
    <BlockStack gap="400">
      {requests.map((request) => (
        <Card key={request.requestId} padding={{ xs: '400', sm: '500' }}>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              <Link
                url={customerInShopify(shop, request.customerId)}
                target="_blank"
                accessibilityLabel={t('privacy.openInShopify', { customerId: request.customerId })}
              >
                {t('privacy.customer', { customerId: request.customerId })}
              </Link>
            </Text>
            <dl className="ls-lines">
              <InstantLine label={t('privacy.requestedAt')} at={request.requestedAt} />
              {request.held === null ? (
                <Line label={t('privacy.held')}>{t('privacy.nothingHeld')}</Line>
              ) : (
                <HeldLines held={request.held} />
              )}
            </dl>
          </BlockStack>
        </Card>
      ))}
    </BlockStack>
  )
}

function HeldLines({ held }: { held: HeldAboutCustomer }) {
  const { t } = useTranslation()
  return (
    <>
      <Line label={t('privacy.state')}>{stateInWords(t, held.state)}</Line>
      <Line label={t('privacy.fields')}>
        <span className="ls-break">
          {held.fieldNames.length === 0 ? t('privacy.noFields') : held.fieldNames.join(', ')}
        </span>
      </Line>
      {held.loyalty && (
        <Line label={t('privacy.loyalty')}>
          <span className="ls-break">{loyaltyWords(t, held.loyalty)}</span>
        </Line>
      )}
      <Line label={t('privacy.klaviyoProfile')}>
        <span className="ls-break">{held.klaviyoProfileId ?? t('privacy.noKlaviyoProfile')}</span>
      </Line>
      <InstantLine label={t('privacy.lastSynced')} at={held.lastSyncedAt} />
    </>
  )
}

function NoRequests() {
  const { t } = useTranslation()
  return (
    <Card>
      <Box padding={{ xs: '400', sm: '800' }}>
        <BlockStack gap="200" inlineAlign="center">
          <Text as="h2" variant="headingMd" alignment="center">
            {t('privacy.none')}
          </Text>
          <Text as="p" tone="subdued" alignment="center">
            {t('privacy.noneBody')}
          </Text>
        </BlockStack>
      </Box>
    </Card>
  )
}
