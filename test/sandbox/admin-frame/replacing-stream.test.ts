import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ReplacingStream } from './replacing-stream.ts'

test('a text is replaced wherever the chunks are cut, and other letters stay whole', async () => {
  const input = Buffer.from('Grüße: <script src="https://cdn/app.js"> und https://cdn/app.j oder https://cdn/app.js')
  for (let cut = 0; cut <= input.length; cut++) {
    const stream = new ReplacingStream('https://cdn/app.js', '/own.js')
    stream.write(input.subarray(0, cut))
    stream.end(input.subarray(cut))

    expect(await text(stream)).toBe('Grüße: <script src="/own.js"> und https://cdn/app.j oder /own.js')
  }
})
