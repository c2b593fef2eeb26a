import type { ShouldRevalidateFunction } from '@remix-run/react'

/**
 * Loads a page anew after every submission but those with these intents, which only read. One that ends while the page goes to another address
 * decides for the new address too, so there the page is always loaded.
 */
export function afterMoreThanReading(...reading: readonly string[]): ShouldRevalidateFunction {
  return ({ formData, currentUrl, nextUrl, defaultShouldRevalidate }) => {
    const onlyReads = reading.includes(String(formData?.get('intent')))
    return onlyReads && currentUrl.href === nextUrl.href ? false : defaultShouldRevalidate
  }
}
