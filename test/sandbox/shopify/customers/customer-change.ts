import type { Customer } from './customer.ts'

/** What happened to a customer, with the record before and after, as told to whoever watches the book. */
export type CustomerChange =
  | { readonly kind: 'created'; readonly after: Customer }
  | { readonly kind: 'updated'; readonly before: Customer; readonly after: Customer }
  | { readonly kind: 'purchased'; readonly before: Customer; readonly after: Customer }
  | { readonly kind: 'tags-added'; readonly before: Customer; readonly after: Customer }
  | { readonly kind: 'tags-removed'; readonly before: Customer; readonly after: Customer }
  | { readonly kind: 'email-consent'; readonly before: Customer; readonly after: Customer }
  | { readonly kind: 'sms-consent'; readonly before: Customer; readonly after: Customer }
  | {
      readonly kind: 'metafield'
      readonly before: Customer
      readonly after: Customer
      /** `namespace.key`. */
      readonly name: string
      readonly how: 'added' | 'updated' | 'removed'
    }
  | { readonly kind: 'removed'; readonly before: Customer }
  | { readonly kind: 'merged'; readonly before: Customer; readonly after: Customer; readonly gone: Customer }

export type CustomerChangeKind = CustomerChange['kind']
