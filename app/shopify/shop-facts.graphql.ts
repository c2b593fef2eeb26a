export const SHOP_FACTS = `#graphql
  query ShopFacts {
    shop { name ianaTimezone currencyCode }
    currentAppInstallation { accessScopes { handle } }
  }`
