import { BlockStack, Button, InlineError, Text } from '@shopify/polaris'
import { useState } from 'react'
import { storeCreditCopy } from '../copy/mapping.ts'
import { SectionHeading } from '../heading.tsx'
import type { AdderProps } from './adder-props.ts'
import { askForScope, type ScopeAnswer } from './ask-for-scope.ts'

const SCOPE = 'read_store_credit_accounts'
const STORE_CREDIT = { kind: 'store_credit' } as const

/** The store credit balance: added once the merchant lets the app read it. */
export function StoreCreditAdder({ disabled, isMapped, onAdd }: AdderProps) {
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
      <SectionHeading words={storeCreditCopy.title} />
      <Text as="p" tone="subdued">
        {storeCreditCopy.about}
      </Text>
      {(answer === 'declined' || answer === 'unavailable') && (
        <InlineError fieldID="store-credit" message={storeCreditCopy[answer]} />
      )}
      <div id="store-credit">
        <Button disabled={disabled} loading={answer === 'asking'} onClick={() => void add()}>
          {storeCreditCopy.add}
        </Button>
      </div>
    </BlockStack>
  )
}
