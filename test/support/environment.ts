// What every test file needs before any module of the app is loaded. Nothing here is a secret of anybody's.
process.env.SHOPIFY_API_KEY = 'test-api-key'
process.env.SHOPIFY_API_SECRET = 'test-api-secret'
process.env.SHOPIFY_APP_URL = 'https://lockstep.test'
process.env.ENCRYPTION_KEY = '0123456789abcdef'.repeat(4)
// The stand-in's address is known when it has started: given by test/support/stand-ins.ts before the app is loaded.
process.env.KLAVIYO_BASE_URL ??= 'http://127.0.0.1:9'
