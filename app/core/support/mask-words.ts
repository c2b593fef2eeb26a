import { errorVocabulary, properWords } from './error-vocabulary.ts'

const MASK = '…'
const LONGEST = 300
/** What is quoted is a value, whatever it looks like. A quotation that has no end goes on to the end of the text. */
const QUOTED =
  /"[^"]*("|$)|“[^”]*(”|$)|„[^“”]*(“|”|$)|«[^»]*(»|$)|`[^`]*(`|$)|(?<![\p{L}\p{N}])['‘][^'’]*(['’](?![\p{L}\p{N}])|$)/gu
const WORD_OR_REST = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|[^\p{L}\p{M}]/gu
const KEPT_MARKS = ' .,:;()/_-'

/**
 * Returns an error message with everything masked that may be a value: of words only those stay that error messages are made of, of digits
 * and signs none but ordinary punctuation. So it does not depend on knowing what personal data look like.
 */
export function maskWords(text: string): string {
  const plain = text.slice(0, 10 * LONGEST).replace(QUOTED, MASK)
  let beginsSentence = true
  const masked = plain.replace(WORD_OR_REST, (part) => {
    const begins = beginsSentence
    if (part.trim() !== '') beginsSentence = /[.:;(]/.test(part)
    if (part.length === 1 && KEPT_MARKS.includes(part)) return part
    return isOrdinary(part, begins) ? part : MASK
  })
  return masked
    .replace(/…(?:[ .,:;()/_-]*…)+/g, MASK)
    .trim()
    .slice(0, LONGEST)
}

function isOrdinary(word: string, begins: boolean): boolean {
  if (properWords.has(word)) return true
  const lower = word.toLowerCase()
  if (!errorVocabulary.has(lower)) return false
  return word === lower || (begins && word.slice(1) === lower.slice(1))
}
