import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { answerAll, answerOne } from '../exchange/documents.ts'
import { notFound, permissionDenied, Refusal } from '../exchange/errors.ts'
import { resourceLink } from '../exchange/links.ts'
import { sparseAttributes } from '../exchange/sparse-fields.ts'
import type { JsonObject } from '../json.ts'

export const accountHandlers = {
  get_accounts: (call) => answerAll(call, [accountDocument(call)]),
  get_account: getAccount,
  create_webhook: refuseWebhooks,
  get_webhook_topics: refuseWebhooks,
} satisfies Handlers

/** A key sees its own account and no other. */
function getAccount(call: Call): Answer {
  const id = call.params.id ?? ''
  if (id !== call.account.id) throw new Refusal([notFound(`An account with id ${id} does not exist.`)])
  return answerOne(call, accountDocument(call))
}

/** Webhooks are for OAuth apps; a private key is told this (recorded). */
function refuseWebhooks(_call: Call): never {
  throw new Refusal([permissionDenied('You must have Advanced KDP enabled to use this endpoint.')])
}

function accountDocument(call: Call): JsonObject {
  const { id, name, timezone } = call.account.facts
  const attributes = {
    test_account: true,
    contact_information: {
      default_sender_name: name,
      default_sender_email: 'sender@example.com',
      website_url: 'https://example.com',
      organization_name: name,
      street_address: { address1: null, address2: null, city: null, region: null, country: null, zip: null },
    },
    industry: null,
    timezone,
    preferred_currency: 'USD',
    public_api_key: id,
    locale: 'en-US',
  }
  return {
    type: 'account',
    id,
    attributes: sparseAttributes(call, 'account', attributes),
    links: resourceLink(call, `/api/accounts/${id}`),
  }
}
