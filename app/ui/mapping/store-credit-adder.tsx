import { BlockStack, Button, InlineError, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SectionHeading } from '../heading.tsx'
import type { AdderProps } from './adder-props.ts'
import { askForScope, type ScopeAnswer } from './ask-for-scope.ts'

const SCOPE = 'read_store_credit_accounts'
const STORE_CREDIT = { kind: 'store_credit' } as const

/** The store credit balance: added once the merchant lets the app read it. */
export function StoreCreditAdder({ disabled, isMapped, onAdd }: AdderProps) {
  const { t } = useTranslation()
  const [answer, setAnswer] = useState<ScopeAnswer | 'asking' | null>(null)
  if (isMapped(STORE_CREDIT)) return null

  async function add() {
    setAnswer('asking')
    const answer = await askForScope(SCOPE)
    setAnswer(answer)
    if (answer === 'granted') onAdd(STORE_CREDIT)
  }

  return (
    <BlockStack gap="200">
      <SectionHeading words={t('mapping.storeCredit.title')} />
      <Text as="p" tone="subdued">
        {t('mapping.storeCredit.about')}
      </Text>
      {(answer === 'declined' || answer === 'unavailable') && (
        <InlineError fieldID="store-credit" message={t(`mapping.storeCredit.${answer}`)} />
      )}
      <div id="store-credit">
        <Button disabled={disabled} loading={answer === 'asking'} onClick={() => void add()}>
          {t('mapping.storeCredit.add')}
        </Button>
      </div>
    </BlockStack>
  )
}
