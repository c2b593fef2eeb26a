import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { postJson } from '#app/alerts/post-json.ts'
import { isPublicAddress } from '#app/alerts/public-address.ts'
import { Receiver } from '#test/sandbox/alerts/receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.open()
})
beforeEach(() => {
  receiver.received.length = 0
  receiver.status = 200
})
afterAll(() => receiver.close())

test.each([
  ['8.8.8.8', true],
  ['1.1.1.1', true],
  ['2606:4700:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['127.8.9.1', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['fe80::1', false],
  ['ff02::1', false],
])('%s is on the public internet: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic)
})

test.each([
  ['an address', (url: string) => url],
  ['a name', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ['a number', (url: string) => url.replace('127.0.0.1', '2130706433')],
  ['an address of version 6', (url: string) => url.replace('127.0.0.1', '[::1]')],
  ['one of version 4 in one of version 6', (url: string) => url.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
])('nothing is sent to this machine by %s', async (_, of) => {
  const url = new URL(of(receiver.urlOf('/hook')))
  expect(await postJson(url, '{}', { allowsPrivate: false })).toEqual({ kind: 'private_address' })
  expect(receiver.received).toEqual([])
})

test('an installation that allows it sends there', async () => {
  const url = new URL(receiver.urlOf('/hook?a=b'))
  expect(await postJson(url, '{"a":1}', { headers: { 'x-own': 'yes' }, allowsPrivate: true })).toEqual({
    kind: 'answered',
    status: 200,
  })
  expect(receiver.received).toMatchObject([{ path: '/hook?a=b', body: '{"a":1}', headers: { 'x-own': 'yes' } }])
})

test('a redirect is not followed', async () => {
  receiver.status = 302
  const answer = await postJson(new URL(receiver.urlOf('/hook')), '{}', { allowsPrivate: true })
  expect(answer).toEqual({ kind: 'answered', status: 302 })
  expect(receiver.received).toHaveLength(1)
})

test('a port at which nobody listens is no answer', async () => {
  const answer = await postJson(new URL('http://127.0.0.1:9/hook'), '{}', { allowsPrivate: true })
  expect(answer).toEqual({ kind: 'unanswered' })
})

test('a receiver that wants to speak another protocol is no answer', async () => {
  const switching = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    )
  })
  await new Promise<void>((listening) => switching.listen(0, '127.0.0.1', listening))
  const { port } = switching.address() as AddressInfo
  try {
    const answer = await postJson(new URL(`http://127.0.0.1:${port}/hook`), '{}', { allowsPrivate: true })
    expect(answer).toEqual({ kind: 'unanswered' })
  } finally {
    switching.close()
  }
})
