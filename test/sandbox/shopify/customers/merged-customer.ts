import type { Customer } from './customer.ts'

/** The kept customer's fields win, gaps are filled from the other, orders and tags come together. */
export function mergedCustomer(kept: Customer, gone: Customer): Customer {
  return {
    ...kept,
    firstName: kept.firstName ?? gone.firstName,
    lastName: kept.lastName ?? gone.lastName,
    defaultEmailAddress: kept.defaultEmailAddress ?? gone.defaultEmailAddress,
    defaultPhoneNumber: kept.defaultPhoneNumber ?? gone.defaultPhoneNumber,
    defaultAddress: kept.defaultAddress ?? gone.defaultAddress,
    tags: [...new Set([...kept.tags, ...gone.tags])].sort(),
    numberOfOrders: String(BigInt(kept.numberOfOrders) + BigInt(gone.numberOfOrders)),
    amountSpent: {
      amount: String(Math.round((Number(kept.amountSpent.amount) + Number(gone.amountSpent.amount)) * 100) / 100),
      currencyCode: kept.amountSpent.currencyCode,
    },
    metafields: { ...gone.metafields, ...kept.metafields },
  }
}
