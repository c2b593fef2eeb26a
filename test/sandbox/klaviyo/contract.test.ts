import { Ajv, type ValidateFunction } from 'ajv'
import { expect, test } from 'vitest'
import description from './description.json' with { type: 'json' }
import { type GivenKlaviyo, givenKlaviyo, importBody, profileBody, type Reply } from './given-klaviyo.ts'
import { type OperationName, operationNames, operations } from './operations.ts'

/** Klaviyo's own words, which `npm run description` takes from its published API description. */
const described: Readonly<Record<string, Described>> = description.operations

interface Described {
  readonly method: string
  readonly path: string
  readonly limits: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
  /** By the status of the answer, the name of its schema. */
  readonly answers: Readonly<Record<string, string>>
}

/** What a recorded answer does that the description does not allow; the stand-in follows the recordings. */
const knownMismatches = {
  /** `links.next` and `links.prev` are null at the ends. */
  nullableLinks: ['CollectionLinks'],
  /** 202 where the description says 201. */
  describedStatus: { merge_profiles: '201' } as Partial<Record<OperationName, string>>,
}

/** OpenAPI 3.0's `nullable` in words that JSON Schema knows. */
function lifted(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lifted)
  if (typeof schema !== 'object' || schema === null) return schema
  const members = Object.entries(schema).filter(([key]) => key !== 'example' && key !== 'examples')
  const { nullable, ...rest } = Object.fromEntries(members.map(([key, value]) => [key, lifted(value)]))
  if (nullable !== true) return nullable === undefined ? rest : { ...rest, ...(nullable === false ? {} : { nullable }) }
  if (rest.$ref !== undefined) return { anyOf: [{ $ref: rest.$ref }, { type: 'null' }] }
  if (Array.isArray(rest.oneOf)) return { ...rest, oneOf: undefined, anyOf: [...rest.oneOf, { type: 'null' }] }
  const enumeration = Array.isArray(rest.enum) ? { enum: [...rest.enum, null] } : {}
  return rest.type === undefined ? rest : { ...rest, ...enumeration, type: [rest.type, 'null'].flat() }
}

function schemas(): Record<string, object> {
  const all = lifted(description.schemas) as Record<string, { properties: object }>
  const link = { type: ['string', 'null'] }
  for (const name of knownMismatches.nullableLinks) {
    all[name] = { ...all[name], properties: { ...all[name]?.properties, next: link, prev: link } }
  }
  return all
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
for (const [name, schema] of Object.entries(schemas())) ajv.addSchema(schema, name)

const ENVELOPE = ajv.compile({
  type: 'object',
  required: ['data'],
  properties: { data: { type: ['object', 'array'] } },
})
const ERRORS = ajv.compile({
  type: 'object',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id', 'code', 'title', 'detail', 'source'],
        properties: {
          id: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string' },
          title: { type: 'string' },
          detail: { type: 'string' },
          source: { type: 'object', properties: { pointer: { type: 'string' }, parameter: { type: 'string' } } },
        },
      },
    },
  },
})

/** The check of an answer. What the description says nothing of has an envelope at least. */
function validatorFor(operation: OperationName, status: number): ValidateFunction {
  const schema = described[operation]?.answers[knownMismatches.describedStatus[operation] ?? status]
  return (schema === undefined ? undefined : ajv.getSchema(schema)) ?? ENVELOPE
}

test('operations, paths, limits and scopes are those of the description', () => {
  const wanted = Object.entries(described).map(([name, { method, path, limits, scopes }]) => {
    const counts = Object.entries(limits).map(([window, count]) => [window, Number.parseInt(count, 10)])
    return [name, { method, path, scopes: scopes.toSorted(), limits: Object.fromEntries(counts) }]
  })
  const own = operationNames.map((name) => [name, { ...operations[name], scopes: operations[name].scopes.toSorted() }])

  expect(own).toHaveLength(48)
  expect(Object.fromEntries(own)).toEqual(Object.fromEntries(wanted))
})

/** Goes once through everything that answers with a document. */
async function tour({ ask, account, clock }: GivenKlaviyo): Promise<[OperationName, Reply][]> {
  const seen: [OperationName, Reply][] = []
  const call = async (operation: OperationName, target: string, body?: unknown) => {
    const reply = await ask(`${operations[operation].method} ${target}`, body)
    seen.push([operation, reply])
    clock.now += 1_000
    return reply
  }
  const full = {
    phone_number: '+14155550100',
    external_id: 'c-1',
    location: { city: 'London', latitude: 51.5, longitude: '0.1' },
    properties: { tier: 'gold', points: 7, tags: ['a'], nested: { deep: null } },
  }
  await call('get_accounts', '/api/accounts')
  await call('get_account', '/api/accounts/ABC123')
  const list = (await call('create_list', '/api/lists', { data: { type: 'list', attributes: { name: 'A' } } })).body
    .data.id
  await call('update_list', `/api/lists/${list}`, { data: { type: 'list', id: list, attributes: { name: 'B' } } })
  await call('get_lists', '/api/lists')
  await call('get_list', `/api/lists/${list}?additional-fields[list]=profile_count`)

  const ada = (
    await call('create_or_update_profile', '/api/profile-import', profileBody({ email: 'ada@shop.test', ...full }))
  ).body.data.id
  await call(
    'create_or_update_profile',
    '/api/profile-import',
    profileBody({ email: 'ada@shop.test', first_name: null }),
  )
  const ben = (await call('create_profile', '/api/profiles', profileBody({ email: 'ben@shop.test' }))).body.data.id
  await call('update_profile', `/api/profiles/${ben}`, profileBody({ first_name: 'Ben' }, { id: ben }))
  await ask(`POST /api/lists/${list}/relationships/profiles`, { data: [{ type: 'profile', id: ada }] })
  await call('get_profiles', '/api/profiles?page[size]=1&additional-fields[profile]=subscriptions,predictive_analytics')
  await call('get_profile', `/api/profiles/${ada}?include=lists&additional-fields[profile]=subscriptions`)
  await call('get_lists_for_profile', `/api/profiles/${ada}/lists`)
  await call('get_list_ids_for_profile', `/api/profiles/${ada}/relationships/lists`)
  await call('get_profiles_for_list', `/api/lists/${list}/profiles`)
  await call('get_profile_ids_for_list', `/api/lists/${list}/relationships/profiles`)
  const merged = {
    type: 'profile-merge',
    id: ada,
    relationships: { profiles: { data: [{ type: 'profile', id: ben }] } },
  }
  await call('merge_profiles', '/api/profile-merge', { data: merged })

  const people = [
    { email: 'cara@shop.test', ...full, phone_number: '+14155550101', external_id: 'c-2' },
    { first_name: 'Nobody' },
  ]
  const job = (await call('bulk_import_profiles', '/api/profile-bulk-import-jobs', importBody(people, [list]))).body
    .data.id
  const jobs = '/api/profile-bulk-import-jobs'
  await call('get_bulk_import_profiles_jobs', `${jobs}?sort=-created_at`)
  await call('get_bulk_import_profiles_job', `${jobs}/${job}?include=lists`)
  await call('get_errors_for_bulk_import_profiles_job', `${jobs}/${job}/import-errors`)
  await call('get_profiles_for_bulk_import_profiles_job', `${jobs}/${job}/profiles`)
  await call('get_profile_ids_for_bulk_import_profiles_job', `${jobs}/${job}/relationships/profiles`)
  await call('get_list_for_bulk_import_profiles_job', `${jobs}/${job}/lists`)
  await call('get_list_ids_for_bulk_import_profiles_job', `${jobs}/${job}/relationships/lists`)

  const suppressed = { profiles: { data: [{ type: 'profile', attributes: { email: 'cara@shop.test' } }] } }
  for (const [kind, verb] of [
    ['create', 'suppress'],
    ['delete', 'unsuppress'],
  ] as const) {
    const path = `/api/profile-suppression-bulk-${kind}-jobs`
    const body = { data: { type: `profile-suppression-bulk-${kind}-job`, attributes: suppressed } }
    const made = await call(`bulk_${verb}_profiles`, path, body)
    await call(`get_bulk_${verb}_profiles_jobs`, path)
    await call(`get_bulk_${verb}_profiles_job`, `${path}/${made.body.data.id}`)
  }

  const attributes = {
    properties: {},
    metric: { data: { type: 'metric', attributes: { name: 'Earned Points' } } },
    profile: { data: { type: 'profile', attributes: { email: 'cara@shop.test' } } },
  }
  await ask('POST /api/events', { data: { type: 'event', attributes } })
  const events = await call('get_events', '/api/events')
  await call('get_event', `/api/events/${events.body.data[0].id}`)
  const metrics = await call('get_metrics', '/api/metrics')
  await call('get_metric', `/api/metrics/${metrics.body.data[0].id}`)
  const segment = account.parts.segments.create('VIP', null, clock.now)
  await call('get_segments', '/api/segments')
  await call('get_segment', `/api/segments/${segment.id}?additional-fields[segment]=profile_count`)
  await call('get_profiles_for_segment', `/api/segments/${segment.id}/profiles`)
  return seen
}

test('every document that the stand-in answers with is one that the description allows', async () => {
  const given = await givenKlaviyo()

  const faults = (await tour(given)).flatMap(([operation, { status, body }]) => {
    const validate = validatorFor(operation, status)
    if (status < 300 && validate(body)) return []
    return [{ operation, status, errors: validate.errors?.slice(0, 3), body: status < 300 ? undefined : body }]
  })

  expect(faults).toEqual([])
})

test('an answer that the description does not allow is found', async () => {
  const { ask } = await givenKlaviyo()
  const { body } = await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  const validate = validatorFor('create_or_update_profile', 201)

  expect(validate(body)).toBe(true)
  expect(validate({ data: { ...body.data, type: 'person' } })).toBe(false)
  expect(validate({ data: { ...body.data, attributes: { ...body.data.attributes, email: 7 } } })).toBe(false)
  expect(validate({ data: { ...body.data, links: undefined } })).toBe(false)
})

test('every refusal is a list of errors with a code, a title, a detail and a source', async () => {
  const given = await givenKlaviyo()
  const { ask, klaviyo } = given
  await ask('POST /api/profile-import', profileBody({ email: 'ada@shop.test' }))
  klaviyo.faults.add({ kind: 'status', status: 500, operations: ['get_segments'] })
  await ask('GET /api/accounts')

  const refusals = [
    await ask('GET /api/accounts'),
    await ask('GET /api/segments'),
    await ask('GET /api/lists', undefined, { key: null }),
    await ask('GET /api/lists', undefined, { key: 'pk_nobody' }),
    await ask('GET /api/nothing'),
    await ask('GET /api/webhook-topics'),
    await ask('GET /api/profiles?filter=nonsense'),
    await ask('POST /api/profiles', profileBody({ email: 'ada@shop.test' })),
    await ask('POST /api/profile-bulk-import-jobs', importBody([{ email: 'x' }, { email: 'y' }])),
  ]

  expect(refusals.map(({ status }) => status)).toEqual([429, 500, 401, 401, 404, 403, 400, 409, 400])
  for (const { body, status } of refusals) {
    expect(ERRORS(body), JSON.stringify(ERRORS.errors)).toBe(true)
    expect(body.errors.every((error: { status: number }) => error.status === status)).toBe(true)
  }
})
