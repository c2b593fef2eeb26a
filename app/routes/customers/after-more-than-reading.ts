import type { ShouldRevalidateFunction } from '@remix-run/react'

/**
 * Loads a page anew after every submission but those with these intents, which only read. One that ends while the page goes to another address
 * decides for the new address too, so there the page is always loaded.
 */
export function afterMoreThanReading(...reading: readonly string[]): ShouldRevalidateFunction {
  return ({ formData, currentUrl, nextUrl, defaultShouldRevalidate }) => {
    // By default, none would be loaded after an answer of 400 or more.
    if (currentUrl.href !== nextUrl.href) return true
    return reading.includes(String(formData?.get('intent'))) ? false : defaultShouldRevalidate
  }
}
