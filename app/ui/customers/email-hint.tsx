import { Button, InlineStack, Text } from '@shopify/polaris'
import { ClipboardIcon } from '@shopify/polaris-icons'
import { useTranslation } from 'react-i18next'
import { emailHintOf } from '#app/core/profile/email-hint.ts'
import { copyText } from './copy-text.ts'

/** The address that was probably meant, to be copied into Shopify. Nothing if no slip is easy to see. */
export function EmailHint({ email }: { email: string | null | undefined }) {
  const { t } = useTranslation()
  const hint = emailHintOf(email ?? null)
  if (!hint) return null
  const { corrected: address } = hint
  return (
    <InlineStack gap="200" blockAlign="center">
      <Text as="span" breakWord>
        {t('customers.hint', { address })}
      </Text>
      <Button
        size="micro"
        variant="tertiary"
        icon={ClipboardIcon}
        accessibilityLabel={t('customers.copyAddress', { address })}
        onClick={() => copyText(t, address, t('customers.copied'))}
      />
    </InlineStack>
  )
}
