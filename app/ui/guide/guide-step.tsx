import { Icon, Text } from '@shopify/polaris'
import { CheckCircleIcon, ChevronDownIcon, ChevronRightIcon } from '@shopify/polaris-icons'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

interface GuideStepProps {
  readonly title: string
  readonly done: boolean
  readonly open: boolean
  readonly onToggle: () => void
  readonly children: ReactNode
}

/** A step of the guide: its title with a check mark, and what is to be done once it is opened. */
export function GuideStep({ title, done, open, onToggle, children }: GuideStepProps) {
  const { t } = useTranslation()
  const panel = useId()
  return (
    <li className="ls-step">
      <button type="button" className="ls-step-head" aria-expanded={open} aria-controls={panel} onClick={onToggle}>
        {done ? <Icon source={CheckCircleIcon} tone="success" /> : <span className="ls-step-circle" />}
        <Text as="span" fontWeight={open ? 'semibold' : 'regular'}>
          {title}
          <Text as="span" visuallyHidden>
            {` ${done ? t('guide.stepDone') : t('guide.stepOpen')}`}
          </Text>
        </Text>
        <Icon source={open ? ChevronDownIcon : ChevronRightIcon} tone="subdued" />
      </button>
      <div id={panel} className="ls-step-panel" hidden={!open}>
        {open && children}
      </div>
    </li>
  )
}
