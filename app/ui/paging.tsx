import { Box, Pagination } from '@shopify/polaris'

export interface PageLinks {
  /** Null where there is no such page. */
  readonly onPrevious: (() => void) | null
  readonly onNext: (() => void) | null
}

/** The page buttons under a list. */
export function Paging({ onPrevious, onNext }: PageLinks) {
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
