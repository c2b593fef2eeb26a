export const SHOP_FACTS = `#graphql
  query ShopFacts {
    shop { name ianaTimezone currencyCode entitlements { b2b { enabled } } }
    currentAppInstallation { accessScopes { handle } }
  }`
