import { Box, Pagination } from '@shopify/polaris'

export interface Turns {
  /** Null where there is no such page. */
  readonly onPrevious: (() => void) | null
  readonly onNext: (() => void) | null
}

/** The foot of a list that has more than one page. */
export function Paging({ onPrevious, onNext }: Turns) {
  if (onPrevious === null && onNext === null) return null
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <div className="ls-pages">
        <Pagination
          hasPrevious={onPrevious !== null}
          onPrevious={onPrevious ?? (() => undefined)}
          hasNext={onNext !== null}
          onNext={onNext ?? (() => undefined)}
        />
      </div>
    </Box>
  )
}
