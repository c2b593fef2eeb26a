import type { Delivery } from '../exchange/delivery.ts'
import type { Sandbox } from '../sandbox.ts'
import { readAuthorization } from './oauth-app.ts'

/**
 * Klaviyo's page on which a person allows or refuses an app. The person chooses the account in a list, as one who belongs to several
 * does; the two buttons lead to the answer.
 *
 * | request                                                       | does                                     |
 * | ------------------------------------------------------------- | ---------------------------------------- |
 * | `GET /oauth/authorize?…`                                      | the page; 400 with a sentence if the app or what it asks for is wrong |
 * | `GET /oauth/authorize/answer?…&account=<id>&answer=allow`     | 302 to the app with a code               |
 * | `GET /oauth/authorize/answer?…&answer=refuse`                 | 302 to the app with `access_denied`      |
 */
export function authorizePage({ oauth, accounts }: Sandbox, url: URL): Delivery {
  const asked = readAuthorization(oauth.apps, url.searchParams)
  if (typeof asked === 'string') return page(400, `<h1>Something went wrong</h1><p>${escaped(asked)}</p>`)
  if (url.pathname.endsWith('/answer')) {
    const account = url.searchParams.get('account') ?? ''
    const allowed = url.searchParams.get('answer') === 'allow'
    if (allowed && !accounts.has(account)) return page(400, '<h1>Something went wrong</h1><p>No such account.</p>')
    const location = allowed ? oauth.allow(url.href, account) : oauth.refuse(url.href)
    return { status: 302, headers: { location }, text: '', way: 'answer' }
  }
  const fields = [...url.searchParams].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const choices = [...accounts.values()].map(
    ({ id, facts }) => `<option value="${escaped(id)}">${escaped(facts.name)}</option>`,
  )
  return page(
    200,
    `<h1>Authorize the app</h1><p>This app was not reviewed by Klaviyo.</p>
<form action="/oauth/authorize/answer">${fields.join('')}
<label>Account <select name="account">${choices.join('')}</select></label>
<ul>${asked.scopes.map((scope) => `<li>${escaped(scope)}</li>`).join('')}</ul>
<button name="answer" value="allow">Allow</button> <button name="answer" value="refuse">Cancel</button></form>`,
  )
}

function page(status: number, body: string): Delivery {
  const text = `<!DOCTYPE html><html lang="en"><head><title>Klaviyo</title></head><body>${body}</body></html>`
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, text, way: 'answer' }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
