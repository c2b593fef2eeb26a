import { Button, ButtonGroup } from '@shopify/polaris'

interface ChoiceProps<Value extends string> {
  readonly label: string
  /** What each value is called. */
  readonly options: Readonly<Record<Value, string>>
  readonly chosen: Value
  readonly onChoose: (value: Value) => void
}

/** One of a few, as buttons side by side. */
export function Choice<Value extends string>({ label, options, chosen, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="ls-choice">
      <legend className="ls-unseen">{label}</legend>
      <ButtonGroup variant="segmented">
        {(Object.keys(options) as Value[]).map((value) => (
          <Button key={value} size="slim" pressed={value === chosen} onClick={() => onChoose(value)}>
            {options[value]}
          </Button>
        ))}
      </ButtonGroup>
    </fieldset>
  )
}
