import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

/** Private words that were replaced by the field's terms (docs/glossary.md). They may not come back in names, comments, copy or documents. */
const removed = [
  /\bin step\b/i,
  /InStepDrawing|standings|StandingAsked|gatherStandings/i,
  /conductShop|Conducting\b/,
  /landPushes|intendLanding/,
  /matchTheSame|sendTheSame|comparesAfter/,
  /learnSince|respaceMarks|markUnseen|certainFrom/,
  /takeCalls|useTurns|RunBegunBy|ReadFor\b/,
  /\bstanding/i,
  /\blanding/i,
  /\bjudged/i,
  /\bheed/i,
  /\buntold\b/i,
  /\byields\b/i,
  /\bconduct/i,
  /\bgather/i,
  /topics?_?heard/i,
  /DeliveryChoice|delivery-choice|rulesS(hape|chema)|(default|stored|save|load)Rules|RulesView/,
]

/** Removed from app/ui and app/routes so far. Move a word up once no other folder of app/ has it. */
const removedFromPages = [/\b(nobody|somebody|anybody|whoever)\b/i, /\b(tells|told|word) of\b/i, /\bbegun\b/i]

function textsUnder(...folders: string[]): [path: string, text: string][] {
  return folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(tsx?|css|md|toml)$/.test(path))
      .map((path): [string, string] => [`${folder}/${path}`, readFileSync(`${root}${folder}/${path}`, 'utf8')]),
  )
}

function uses(texts: readonly [path: string, text: string][], words: readonly RegExp[]): string[] {
  return texts.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, i) => {
      const found = words.find((word) => word.test(line))
      return found ? [`${path}:${i + 1} ${found}`] : []
    }),
  )
}

test('a private word that was replaced does not come back', () => {
  // Decisions are history: they keep the names of their day.
  const texts = textsUnder('app', 'docs', 'extensions').filter(([path]) => !path.startsWith('app/decisions/'))
  expect(texts.length).toBeGreaterThan(300)
  expect(uses(texts, removed)).toEqual([])
})

test('pages use no private word that other folders still have', () => {
  expect(uses(textsUnder('app/ui', 'app/routes', 'docs', 'extensions'), removedFromPages)).toEqual([])
})
