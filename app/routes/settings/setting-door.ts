import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { z } from 'zod'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { type Choices, type SettingName, shapes } from '#app/core/settings/settings.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { formOf, jsonOf, parseFields, version } from '../parse/parse-form.ts'

/** A field of a form that contains a choice, saved or not. */
export function choiceField<Name extends SettingName>(name: Name): z.ZodType<Choices[Name]> {
  return jsonOf(shapes[name])
}

/** The form that saves a choice. */
export function saveForm<Name extends SettingName>(name: Name) {
  return z.object({ intent: z.literal('save'), version, choice: choiceField(name) })
}

/** What a page asks about a choice without saving it. */
interface Question<Asked, Answer> {
  readonly form: z.ZodType<Asked>
  readonly answer: (shop: ShopDomain, asked: Asked, request: Request) => Promise<Answer>
}

/** Returns the loader of a choice's page. */
export function settingLoader<Page extends SettingPage>(page: Page) {
  return async ({ request }: LoaderFunctionArgs) => {
    const { session } = await authenticate.admin(request)
    const now = databaseNow()
    return { view: await loadSetting(shopDomain.parse(session.shop), page, now), asOf: now.toISOString() }
  }
}

/** Returns the action of a choice's page: saves the choice, or answers the page's question. */
export function settingAction<Asked = never, Answer = never>(page: SettingPage, question?: Question<Asked, Answer>) {
  return async ({ request }: ActionFunctionArgs) => {
    const { session } = await authenticate.admin(request)
    const shop = shopDomain.parse(session.shop)
    const fields = await formOf(request)
    if (question && fields.intent !== 'save') return question.answer(shop, parseFields(fields, question.form), request)
    const { version, choice } = parseFields(fields, saveForm(page))
    return saveSetting(shop, page, { version, choice, now: databaseNow() })
  }
}
