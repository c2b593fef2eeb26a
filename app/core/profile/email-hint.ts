import { emailAddressOf } from './email-address.ts'

/** What is probably wrong with an address. */
export type EmailSlip =
  | 'spaces'
  | 'full_width'
  | 'comma'
  | 'doubled_at'
  | 'missing_at'
  | 'dots'
  | 'missing_top_level_domain'
  | 'provider'
  | 'extra_text'

/** A slip that is easy to see, and the address that was probably meant. */
export interface EmailHint {
  readonly slips: readonly EmailSlip[]
  /** A valid address. It is only suggested: nothing is sent to it until the merchant has corrected the customer. */
  readonly corrected: string
}

/** The large providers of addresses, by their domain without its end, and the ends that they have. */
const providers: Readonly<Record<string, readonly string[]>> = {
  gmail: ['com'],
  googlemail: ['com', 'de'],
  hotmail: ['com', 'de', 'fr', 'co.uk', 'it', 'es'],
  outlook: ['com', 'de', 'fr', 'jp', 'es'],
  yahoo: ['com', 'de', 'fr', 'co.uk', 'co.jp', 'com.br', 'es', 'it'],
  icloud: ['com'],
  live: ['com', 'de', 'fr', 'co.uk', 'nl'],
  aol: ['com', 'de'],
  protonmail: ['com', 'ch'],
  gmx: ['de', 'net', 'at', 'ch', 'com'],
  web: ['de'],
  't-online': ['de'],
  freenet: ['de'],
  orange: ['fr'],
  wanadoo: ['fr'],
  laposte: ['net'],
  uol: ['com.br'],
  comcast: ['net'],
  docomo: ['ne.jp'],
}

/** Ends of domains that do not exist, and what was meant. */
const ends: Readonly<Record<string, string>> = {
  con: 'com',
  cmo: 'com',
  ocm: 'com',
  cm: 'com',
  om: 'com',
  comm: 'com',
  coom: 'com',
  vom: 'com',
  xom: 'com',
  'co,': 'com',
  nett: 'net',
  ner: 'net',
  dee: 'de',
}

/** Domains of two letters that exist, and that are one slip from a provider only in an address of a provider's name. */
const RISKY_ENDS: readonly string[] = ['cm', 'om']

/**
 * Returns what is probably wrong with an address, with the corrected one; null if nothing easy to see is, or if it stays invalid. An
 * address that is valid as it is gets a hint only for the misspelt name of a large provider.
 */
export function emailHintOf(raw: string | null): EmailHint | null {
  if (raw === null || raw.trim() === '' || raw.length > 300) return null
  const slips: EmailSlip[] = []
  let text = raw
  const apply = (slip: EmailSlip, change: (before: string) => string) => {
    const after = change(text)
    if (after !== text) slips.push(slip)
    text = after
  }
  apply('full_width', (before) => before.normalize('NFKC').replace(/[。．]/g, '.'))
  apply('extra_text', withoutExtraText)
  apply('spaces', (before) => before.replace(/[\s\u200b-\u200d\u2060\ufeff]+/g, ''))
  apply('doubled_at', (before) => before.replace(/@{2,}/g, '@'))
  apply('comma', (before) => before.replace(/[,;]/g, '.'))
  apply('missing_at', withAt)
  apply('dots', withoutDots)
  apply('provider', withProvider)
  apply('missing_top_level_domain', withEnd)
  const corrected = emailAddressOf(text)
  if (slips.length === 0 || corrected.kind !== 'good') return null
  return { slips, corrected: corrected.address }
}

/** `Ada <ada@example.com>`, `mailto:ada@example.com`, brackets and quotes around it. */
function withoutExtraText(text: string): string {
  const inBrackets = /<\s*([^<>@\s]+@[^<>\s]+)\s*>/.exec(text)?.[1] ?? text
  return inBrackets
    .replace(/^\s*mailto:/i, '')
    .replace(/^[\s"'<([]+|[\s"'>)\]]+$/g, (around) => (/\S/.test(around) ? '' : around))
}

/** `ada.gmail.com` or `ada(at)example.com`. */
function withAt(text: string): string {
  if (text.includes('@')) return text
  const written = text.replace(/[([]?\bat\b[)\]]/i, '@')
  if (written.includes('@')) return written
  const match = new RegExp(`^(.+?)[.#]?(${Object.keys(providers).join('|')})\\.([a-z.]+)$`, 'i').exec(text)
  const [, local, name, end] = match ?? []
  const isProvider = name && end && providers[name.toLowerCase()]?.includes(end.toLowerCase())
  return isProvider && local ? `${local}@${name}.${end}` : text
}

/** Dots at the end, at the beginning of the domain, or one after another in the domain. */
function withoutDots(text: string): string {
  const [local, domain] = halves(text)
  if (domain === null) return text.replace(/\.+$/, '')
  return `${local}@${domain.replace(/\.{2,}/g, '.').replace(/^\.+|[.-]+$/g, '')}`
}

/** `gmial.com`: one letter too many or too few, another, or two exchanged. `gmail.con`: an end that does not exist. */
function withProvider(text: string): string {
  const [local, domain] = halves(text)
  if (domain === null || !domain.includes('.')) return text
  const lower = domain.toLowerCase()
  if (Object.entries(providers).some(([name, own]) => own.some((end) => lower === `${name}.${end}`))) return text
  const dot = lower.indexOf('.')
  const [name, end] = [lower.slice(0, dot), lower.slice(dot + 1)]
  const own = providers[name]
  const rightEnd = ends[end] ?? end
  if (own) return rightEnd !== end && own.includes(rightEnd) ? `${local}@${name}.${rightEnd}` : text
  if (rightEnd !== end && !RISKY_ENDS.includes(end)) return `${local}@${nearest(name, rightEnd) ?? name}.${rightEnd}`
  const meant = nearest(name, rightEnd)
  return meant === null ? text : `${local}@${meant}.${rightEnd}`
}

/** Names of providers that are too short, or words of their own: one letter away from them are other domains. */
const TOO_SHORT: readonly string[] = ['web', 'gmx', 'aol', 'live', 'uol', 'orange']
/** Domains that exist and are one letter away from a provider. */
const REAL_OTHERS: readonly string[] = ['ymail', 'email', 'mail']

function nearest(name: string, end: string): string | null {
  if (REAL_OTHERS.includes(name)) return null
  const found = Object.entries(providers).filter(
    ([provider, own]) => own.includes(end) && !TOO_SHORT.includes(provider) && isOneSlipAway(name, provider),
  )
  return found.length === 1 ? found[0]![0] : null
}

/** Whether one letter was left out, added or replaced, or two neighbours were exchanged. */
function isOneSlipAway(typed: string, meant: string): boolean {
  if (Math.abs(typed.length - meant.length) > 1 || typed === meant) return false
  let i = 0
  while (i < typed.length && typed[i] === meant[i]) i++
  const rest = (text: string, from: number) => text.slice(from)
  return (
    rest(typed, i + 1) === rest(meant, i) ||
    rest(typed, i) === rest(meant, i + 1) ||
    rest(typed, i + 1) === rest(meant, i + 1) ||
    (typed[i] === meant[i + 1] && typed[i + 1] === meant[i] && rest(typed, i + 2) === rest(meant, i + 2))
  )
}

/** `ada@gmail`, `ada@gmailcom`, `ada@examplecom`. */
function withEnd(text: string): string {
  const [local, domain] = halves(text)
  if (domain === null || domain.includes('.')) return text
  const lower = domain.toLowerCase()
  const bare = providers[lower] ? lower : nearest(lower, 'com')
  if (bare) return `${local}@${bare}.${providers[bare]![0]}`
  const glued = /^(.{2,}?)(com|net|org|de|fr)$/.exec(lower)
  return glued ? `${local}@${nearest(glued[1]!, glued[2]!) ?? glued[1]}.${glued[2]}` : text
}

function halves(text: string): [local: string, domain: string | null] {
  const at = text.lastIndexOf('@')
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)]
}
