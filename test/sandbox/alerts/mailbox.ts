import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** An e-mail as it arrived. */
export interface ReceivedEmail {
  readonly to: readonly string[]
  readonly subject: string
  readonly messageId: string
  /** All header lines as they came. */
  readonly headers: string
  readonly text: string
}

/** How the server treats who sends to it. */
export interface Manners {
  /** Accepts connections and says nothing. */
  readonly hangs?: boolean
  /** Greets, and then never comes to the end of an answer: a line every 100 milliseconds. */
  readonly drips?: boolean
  /** Takes mail only after a login. */
  readonly wantsLogin?: boolean
  /** Answers the recipient with this number. */
  readonly refusesRecipient?: number
  /** Answers the whole message with this number. */
  readonly refusesMessage?: number
  /** Called when a message is there, before it is acknowledged. */
  readonly onMessage?: (email: ReceivedEmail) => Promise<void> | void
}

/** A real SMTP server with a mailbox for everybody. */
export class Mailbox {
  readonly received: ReceivedEmail[] = []
  /** How often somebody connected. */
  connections = 0
  #server: SMTPServer | Server | null = null
  readonly #sockets = new Set<Socket>()
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** Begins to listen, in place of the server that listens so far. */
  async listen(manners: Manners = {}): Promise<void> {
    await this.close()
    const server = manners.hangs || manners.drips ? this.#hanging(manners) : this.#smtp(manners)
    this.#server = server
    const listening = once(server instanceof SMTPServer ? server.server : server, 'listening')
    server.listen(this.#port, '127.0.0.1')
    await listening
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const server = this.#server
    this.#server = null
    if (server) await new Promise<void>((closed) => server.close(() => closed()))
  }

  #hanging({ drips = false }: Manners): Server {
    return createServer((socket) => {
      this.connections++
      this.#sockets.add(socket)
      if (drips) socket.write('220 Hello\r\n')
      const dripping = drips ? setInterval(() => socket.write('250-More\r\n'), 100) : undefined
      socket
        .on('data', () => {})
        .on('error', () => {})
        .on('close', () => {
          clearInterval(dripping)
          this.#sockets.delete(socket)
        })
    })
  }

  #smtp({ wantsLogin = false, refusesRecipient, refusesMessage, onMessage }: Manners): SMTPServer {
    return new SMTPServer({
      disabledCommands: wantsLogin ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
      allowInsecureAuth: true,
      authOptional: !wantsLogin,
      logger: false,
      onConnect: (_session, done) => {
        this.connections++
        done()
      },
      onAuth: (_auth, _session, done) => done(new Error('No such login')),
      onRcptTo: (_address, _session, done) => done(refusesRecipient ? refusal(refusesRecipient) : undefined),
      onData: (stream, session, done) => {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', async () => {
          if (refusesMessage) return done(refusal(refusesMessage))
          const to = session.envelope.rcptTo.map(({ address }) => address)
          const email = readEmail(Buffer.concat(parts).toString('utf8'), to)
          this.received.push(email)
          await onMessage?.(email)
          done()
        })
      },
    })
  }
}

function refusal(responseCode: number): Error {
  return Object.assign(new Error('Not taken'), { responseCode })
}

function readEmail(source: string, to: readonly string[]): ReceivedEmail {
  const end = source.indexOf('\r\n\r\n')
  const headers = source.slice(0, end)
  const unfolded = headers.replace(/\r\n[ \t]+/g, ' ')
  const headerOf = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1] ?? ''
  const body = source.slice(end + 4)
  const encoding = headerOf('Content-Transfer-Encoding')
  return {
    to,
    subject: decodeWords(headerOf('Subject')),
    messageId: headerOf('Message-ID'),
    headers,
    text: decodeBody(body, encoding).replaceAll('\r\n', '\n').trim(),
  }
}

function decodeBody(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  return /quoted-printable/i.test(encoding) ? quoted(body.replace(/=\r\n/g, '')) : body
}

/** RFC 2047. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('utf8') : quoted(word.replaceAll('_', ' ')),
    )
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
