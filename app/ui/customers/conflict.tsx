import { BlockStack, Box, Button, Link, Text } from '@shopify/polaris'
import type { IdentityConflict } from '#app/core/report/unsynced-customers.ts'
import { conflictChoices, conflictCopy } from '../copy/conflict.ts'
import { profileInKlaviyo } from '../pages.ts'

export interface ConflictSettling {
  readonly sendWithoutPhone: (customerId: string) => void
  /** Of whom the answer is out; null when it is of nobody. */
  readonly settling: string | null
}

interface ConflictProps {
  readonly conflict: IdentityConflict
  readonly customer: { readonly customerId: string; readonly name: string }
  readonly settle: ConflictSettling
}

/** Which profiles are meant, and what can be done about it. */
export function Conflict({ conflict, customer, settle }: ConflictProps) {
  return (
    <BlockStack gap="150">
      <ProfileLine label={conflictCopy.own} klaviyoId={conflict.own} />
      <ProfileLine label={conflictCopy.other} klaviyoId={conflict.other} />
      <Text as="p" tone="subdued">
        {conflictChoices(conflict)}
      </Text>
      {!conflict.withoutPhone && (
        <Box paddingBlockEnd="100">
          <Button
            size="slim"
            accessibilityLabel={conflictCopy.withoutPhoneLabel(customer.name)}
            loading={settle.settling === customer.customerId}
            onClick={() => settle.sendWithoutPhone(customer.customerId)}
          >
            {conflictCopy.withoutPhone}
          </Button>
        </Box>
      )}
    </BlockStack>
  )
}

function ProfileLine({ label, klaviyoId }: { label: string; klaviyoId: string | null }) {
  if (klaviyoId === null) return null
  return (
    <Text as="p">
      {label}{' '}
      <Link
        url={profileInKlaviyo(klaviyoId)}
        target="_blank"
        accessibilityLabel={conflictCopy.openInKlaviyo(klaviyoId)}
      >
        <span className="ls-break">{klaviyoId}</span>
      </Link>
    </Text>
  )
}
