import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { pathText, type ValuePath } from '#app/core/profile/mapped-values.ts'
import type { JsonNode, JsonNodes } from './json-nodes.ts'

interface JsonTreeProps extends JsonNodes {
  readonly label: string
  readonly disabled: boolean
  readonly isMapped: (path: ValuePath) => boolean
  readonly onSelect: (path: ValuePath) => void
}

/** The JSON that a customer has: each value is a button. */
export function JsonTree({ nodes, isCut, label, ...select }: JsonTreeProps) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <Text as="p" tone="subdued" variant="bodySm">
        {t('mapping.json.about')}
      </Text>
      <ul className="ls-json" aria-label={label}>
        {nodes.map((node) => (
          <Part key={node.step} node={node} {...select} />
        ))}
      </ul>
      {isCut && (
        <Text as="p" tone="caution" variant="bodySm">
          {t('mapping.json.cut')}
        </Text>
      )}
    </BlockStack>
  )
}

type PartProps = Omit<JsonTreeProps, 'nodes' | 'isCut' | 'label'> & { readonly node: JsonNode }

function Part({ node, disabled, isMapped, onSelect }: PartProps) {
  const { t } = useTranslation()
  const { path, step, text, parts } = node
  const name = typeof step === 'number' ? `[${step}]` : step
  const mapped = isMapped(path)
  return (
    <li>
      {text === null ? (
        <span className="ls-json-group">
          <span className="ls-json-name">{name}</span>
          {parts.length === 0 && <span>{t('mapping.json.empty')}</span>}
        </span>
      ) : (
        // Stays focusable once the value was added: a button that is disabled would lose the focus.
        <button
          type="button"
          className="ls-json-leaf"
          aria-disabled={mapped || disabled}
          onClick={() => {
            if (!mapped && !disabled) onSelect(path)
          }}
        >
          <span className="ls-json-name">{name}</span>
          <span className="ls-json-value">{text}</span>
          <Text as="span" visuallyHidden={!mapped} variant="bodySm" tone="success">
            {mapped ? t('mapping.json.added') : t('mapping.json.add', { path: pathText(path) })}
          </Text>
        </button>
      )}
      {parts.length > 0 && (
        <ul className="ls-json-parts">
          {parts.map((part) => (
            <Part key={part.step} node={part} disabled={disabled} isMapped={isMapped} onSelect={onSelect} />
          ))}
        </ul>
      )}
    </li>
  )
}
