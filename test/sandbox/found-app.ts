import { recognise } from '#app/core/loyalty/recognise.ts'
import type { SampledCustomer } from '#app/core/loyalty/seen-fields.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { FoundApp } from '#app/core/report/loyalty-look.ts'
import type { Customer } from './shopify/customers/customer.ts'
import type { Shop } from './shopify/shop/shop.ts'

/** The loyalty app that the mapping page offers for a shop, found on all of its customers; null for none. */
export function foundAppOf(shop: Shop): FoundApp | null {
  const definitions = shop.metafieldDefinitions
    .filter(({ ownerType }) => ownerType === 'CUSTOMER')
    .map(({ namespace, key, name, type }) => ({ namespace, key, name, type: type.name, readable: true }))
  const sample = [...shop.customers.all()].map(sampled)
  return recognise(definitions, sample, defaultMapping).apps[0] ?? null
}

function sampled({ displayName, tags, metafields }: Customer): SampledCustomer {
  const found = Object.entries(metafields).map(([name, metafield]) => {
    const dot = name.indexOf('.')
    return { namespace: name.slice(0, dot), key: name.slice(dot + 1), ...metafield }
  })
  return { label: displayName, tags, metafields: found }
}
