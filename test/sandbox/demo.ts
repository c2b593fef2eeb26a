// npm run demo: a shop with thousands of customers connects to Klaviyo, is filled, takes live webhooks and ends exactly in
// step, with the shipped app on stand-ins for Shopify and Klaviyo. `--once` ends by itself and says whether the one law holds.
import { parseArgs } from 'node:util'
import { Demo } from './demo/demo.ts'

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    customers: { type: 'string', default: '5000' },
    webhooks: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
})
const count = (name: 'customers' | 'webhooks' | 'seed') => {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 0) return number
  console.error(`--${name} must be a whole number, and is ${values[name]}`)
  process.exit(1)
}

const startedAt = performance.now()
const demo = await Demo.open({ customers: count('customers'), seed: count('seed'), verbose: values.verbose })
let broken = true
try {
  await demo.connect()
  await demo.backfill()
  await demo.choose()
  await demo.takeLiveWebhooks(count('webhooks'))
  const law = await demo.checkLaw()
  await demo.printCard()
  broken = law.differences.length > 0
  for (const difference of law.differences.slice(0, 10)) console.log(`  ✗ ${difference}`)
  console.log(broken ? `The one law is broken for ${law.differences.length}.` : 'The one law holds for every customer.')
  if (!values.once && !broken) await demo.stayUp()
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  if (values.once) console.log(JSON.stringify({ law: !broken, ...demo.figures(law), seconds }))
} catch (error) {
  console.error(error)
} finally {
  await demo.close()
}
process.exit(broken ? 1 : 0)
