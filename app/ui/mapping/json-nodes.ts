import type { ValuePath } from '#app/core/profile/mapped-values.ts'

/** A part of a JSON value, as it is shown. */
export interface JsonNode {
  readonly path: ValuePath
  readonly step: string | number
  /** The value, if a merchant can map it: a simple one, or a list of such. Null for a group of values. */
  readonly text: string | null
  readonly parts: readonly JsonNode[]
}

export interface JsonNodes {
  readonly nodes: readonly JsonNode[]
  /** Not all parts are shown. */
  readonly isCut: boolean
}

const MOST_NODES = 200
const LONGEST_TEXT = 80
/** As many steps as the setting takes, and as long ones. */
const MOST_STEPS = 20
const LONGEST_STEP = 255

/** Returns the parts of a JSON object or list; null for any other text. */
export function jsonNodes(json: string): JsonNodes | null {
  const whole = parsed(json)
  if (!isGroup(whole)) return null
  let left = MOST_NODES
  let isCut = false

  function partsOf(value: unknown, path: ValuePath): JsonNode[] {
    if (!isGroup(value)) return []
    const nodes: JsonNode[] = []
    for (const [name, part] of Object.entries(value)) {
      if (left === 0 || path.length === MOST_STEPS || name.length > LONGEST_STEP) {
        isCut = true
        continue
      }
      left--
      const step = Array.isArray(value) ? Number(name) : name
      const here = [...path, step]
      nodes.push({ path: here, step, text: textOf(part), parts: partsOf(part, here) })
    }
    return nodes
  }

  const nodes = partsOf(whole, [])
  return { nodes, isCut }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string | null {
  if (isGroup(value) && !(Array.isArray(value) && value.length > 0 && !value.some(isGroup))) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
