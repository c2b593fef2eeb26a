const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" }
const BLOCK = /<\/(?:p|h[1-6]|div|li|dt|dd|button|section)>/g

/** The words of the card, as the page shows them, line by line. */
export function cardAsText(html: string): string {
  const body = html.slice(html.indexOf('<body'), html.lastIndexOf('</body>'))
  const text = body
    .replace(/<(script|style|svg|template)[\s\S]*?<\/\1>/g, '')
    .replace(BLOCK, '\n')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
  return ['', '┌─ Integration Sync', ...lines.map((line) => `│ ${line}`), '└─'].join('\n')
}
