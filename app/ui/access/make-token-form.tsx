import { BlockStack, Button, Card, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LONGEST_TOKEN_NAME, MOST_TOKENS, parseTokenName } from '#app/core/access/status-token.ts'

interface MakeTokenFormProps {
  readonly making: boolean
  /** The shop has as many tokens as it may. */
  readonly tooMany: boolean
  readonly onMake: (name: string) => void
}

export function MakeTokenForm({ making, tooMany, onMake }: MakeTokenFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [isTried, setTried] = useState(false)
  const parsed = parseTokenName(name)
  const fault = tooMany
    ? t('access.faults.too_many', { most: MOST_TOKENS })
    : isTried && parsed === null && t('access.faults.name', { most: LONGEST_TOKEN_NAME })

  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(parsed === null)
          if (parsed === null || making) return
          onMake(parsed)
          setName('')
        }}
      >
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {t('access.makeTitle')}
          </Text>
          <Text as="p">{t('access.makeAbout')}</Text>
          <TextField
            label={t('access.name')}
            helpText={t('access.nameHelp')}
            value={name}
            onChange={setName}
            error={fault}
            maxLength={LONGEST_TOKEN_NAME}
            autoComplete="off"
          />
          <div>
            <Button submit loading={making}>
              {t('access.make')}
            </Button>
          </div>
        </BlockStack>
      </form>
    </Card>
  )
}
