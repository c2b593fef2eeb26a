import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type MetafieldSource, metafieldName, type ValueSource } from '#app/core/profile/mapped-values.ts'
import { typeWords } from '../copy/mapping.ts'
import type { AdderProps } from './adder-props.ts'
import { jsonNodes } from './json-nodes.ts'
import { JsonTree } from './json-tree.tsx'
import type { OfferedField } from './offered-fields.ts'

interface FieldOfferProps extends AdderProps {
  readonly field: OfferedField
  /** The whole metafield. */
  readonly whole: MetafieldSource & { readonly kind: 'metafield' }
}

/** A metafield that can be added as a whole, or, if customers have JSON in it, a value in it. */
export function FieldOffer({ field, whole, ...adder }: FieldOfferProps) {
  const { t } = useTranslation()
  const { name, type, readable, values } = field
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const json = values.map(jsonNodes).find((nodes) => nodes !== null) ?? null
  return (
    <li className="ls-offer">
      <BlockStack gap="050">
        <Text as="p" breakWord>
          {name}
        </Text>
        <Text as="p" tone="subdued" variant="bodySm" breakWord>
          {[
            name === metafieldName(field) ? '' : metafieldName(field),
            json ? t('mapping.json.type') : typeWords(t, type),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {!json && values.length > 0 && (
          <Text as="p" tone="subdued" variant="bodySm" breakWord>
            {t('mapping.picker.example', { values: values.slice(0, EXAMPLES).map(shortened).join(', ') })}
          </Text>
        )}
        {!readable && (
          <Text as="p" tone="caution" variant="bodySm">
            {t('mapping.values.unreadable')}
          </Text>
        )}
      </BlockStack>
      <InlineStack gap="200">
        {json && (
          <Button
            accessibilityLabel={t('mapping.json.openOf', { field: name })}
            disclosure={isOpen ? 'up' : 'down'}
            ariaExpanded={isOpen}
            ariaControls={id}
            onClick={() => setIsOpen(!isOpen)}
          >
            {t('mapping.json.open')}
          </Button>
        )}
        {!json && (
          <Button
            accessibilityLabel={t('mapping.picker.addOf', { field: name })}
            disabled={adder.disabled || !readable || adder.isMapped(whole)}
            onClick={() => adder.onAdd(whole)}
          >
            {t('mapping.picker.add')}
          </Button>
        )}
      </InlineStack>
      {json && isOpen && (
        <div id={id} className="ls-offer-json">
          <JsonTree
            {...json}
            label={t('mapping.json.list', { field: name })}
            disabled={adder.disabled}
            isMapped={(path) => adder.isMapped(partOf(whole, path))}
            onSelect={(path) => adder.onAdd(partOf(whole, path))}
          />
          {!adder.isMapped(whole) && (
            <Button variant="plain" disabled={adder.disabled} onClick={() => adder.onAdd(whole)}>
              {t('mapping.json.whole')}
            </Button>
          )}
        </div>
      )}
    </li>
  )
}

const EXAMPLES = 3
const LONGEST_EXAMPLE = 40

function shortened(value: string): string {
  return value.length > LONGEST_EXAMPLE ? `${value.slice(0, LONGEST_EXAMPLE)}…` : value
}

function partOf(whole: FieldOfferProps['whole'], path: MetafieldSource['path']): ValueSource {
  return { ...whole, path }
}
