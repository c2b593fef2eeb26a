import { BlockStack, Box, Card, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { DataRequestView, HeldAboutCustomer } from '#app/core/report/data-request-view.ts'
import { InstantLine, Line } from '../card/lines.tsx'
import { loyaltyWords, privacyCopy, stateInWords } from '../copy/privacy.ts'
import { customerInShopify } from '../pages.ts'

export function DataRequests({ shop, requests }: { shop: string; requests: readonly DataRequestView[] }) {
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
                accessibilityLabel={privacyCopy.openInShopify(request.customerId)}
              >
                {privacyCopy.customer(request.customerId)}
              </Link>
            </Text>
            <dl className="ls-lines">
              <InstantLine label={privacyCopy.requestedAt} at={request.requestedAt} />
              {request.held === null ? (
                <Line label={privacyCopy.held}>{privacyCopy.nothingHeld}</Line>
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
      <Line label={privacyCopy.state}>{stateInWords(held.state)}</Line>
      <Line label={privacyCopy.fields}>
        <span className="ls-break">
          {held.fieldNames.length === 0 ? privacyCopy.noFields : held.fieldNames.join(', ')}
        </span>
      </Line>
      {held.loyalty && (
        <Line label={privacyCopy.loyalty}>
          <span className="ls-break">{loyaltyWords(t, held.loyalty)}</span>
        </Line>
      )}
      <Line label={privacyCopy.klaviyoProfile}>
        <span className="ls-break">{held.klaviyoProfileId ?? privacyCopy.noKlaviyoProfile}</span>
      </Line>
      <InstantLine label={privacyCopy.lastSynced} at={held.lastSyncedAt} />
    </>
  )
}

function NoRequests() {
  return (
    <Card>
      <Box padding={{ xs: '400', sm: '800' }}>
        <BlockStack gap="200" inlineAlign="center">
          <Text as="h2" variant="headingMd" alignment="center">
            {privacyCopy.none}
          </Text>
          <Text as="p" tone="subdued" alignment="center">
            {privacyCopy.noneBody}
          </Text>
        </BlockStack>
      </Box>
    </Card>
  )
}
