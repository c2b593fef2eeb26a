import './clock.ts'
import { freePort } from './free-port.ts'

// What every test file needs before any module of the app is loaded. None of the values is a real secret.
process.env.SHOPIFY_API_KEY = 'test-api-key'
process.env.SHOPIFY_API_SECRET = 'test-api-secret'
process.env.SHOPIFY_APP_URL = 'https://lockstep.test'
process.env.ENCRYPTION_KEY = '0123456789abcdef'.repeat(4)
// A port of this test file's own; its stand-in Klaviyo listens there if it starts one (test/support/sandbox.ts).
process.env.KLAVIYO_BASE_URL = `http://127.0.0.1:${await freePort()}`
// The app at Klaviyo of test/support/sandbox.ts.
process.env.KLAVIYO_CLIENT_ID = 'test-client-id'
process.env.KLAVIYO_CLIENT_SECRET = 'test-client-secret'
process.env.KLAVIYO_OAUTH_AUTHORIZE_URL = `${process.env.KLAVIYO_BASE_URL}/oauth/authorize`
// Alerts by e-mail go to a port of the file's own, too, and those to a receiver may go to this machine.
process.env.SMTP_URL = `smtp://127.0.0.1:${await freePort()}`
process.env.ALERTS_FROM = 'Lockstep <alerts@lockstep.test>'
process.env.ALERTS_PRIVATE_RECEIVERS = 'true'
