export const visitorPageCopy = {
  title: 'Lockstep',
  lead: "Keeps your Klaviyo profiles in sync with your Shopify shop's customers, loyalty points and tiers included.",
  open: 'Lockstep works inside the Shopify admin. Open it there, under Apps.',
} as const
