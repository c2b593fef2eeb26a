import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonOf, minutesAsMs, parseForm, version } from '#app/routes/parse/parse-form.ts'

const Asked = z.object({ version, delay: minutesAsMs.optional() })

test('a form’s text becomes numbers, with the unit the steps take', async () => {
  expect(await parseForm(posted('version=7&delay=15'), Asked)).toEqual({ version: 7, delay: 900_000 })
  expect(await parseForm(posted('version=0'), Asked)).toEqual({ version: 0 })
})

test.each([
  '',
  'version=',
  'version=seven',
  'version=-1',
  'version=1.5',
  'version=99999999999',
  'version=7&delay=soon',
])('“%s” is answered 400', async (body) => {
  expect(await statusOf(posted(body))).toBe(400)
})

test('what is no form at all is answered 400 too', async () => {
  expect(await statusOf(posted('{}', 'application/json'))).toBe(400)
})

test.each(['', '{', 'null', '[]', '{"a":"1"}', '"\\ud800"', `${'['.repeat(9_000)}`])(
  'JSON that is “%s” is answered 400',
  async (carried) => {
    const Carrying = z.object({ carried: jsonOf(z.strictObject({ a: z.number() })) })
    const asked = (carried: string) => parseForm(posted(new URLSearchParams({ carried }).toString()), Carrying)
    expect(await asked('{"a":1}')).toEqual({ carried: { a: 1 } })
    await expect(asked(carried)).rejects.toMatchObject({ status: 400 })
  },
)

function posted(body: string, type = 'application/x-www-form-urlencoded'): Request {
  return new Request('https://app.example.com/app', { method: 'POST', body, headers: { 'content-type': type } })
}

async function statusOf(request: Request): Promise<number> {
  const thrown: unknown = await parseForm(request, Asked).catch((error: unknown) => error)
  return thrown instanceof Response ? thrown.status : 200
}
