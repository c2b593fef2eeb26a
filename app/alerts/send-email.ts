import { createTransport } from 'nodemailer'
import { config } from '#app/config.server.ts'
import type { SendOutcome } from '#app/core/alert/send-outcome.ts'

/** A mail server that hangs is given up after this time, in milliseconds, at each step of the conversation … */
const STEP_MS = 5_000
/** … and after this time in all. */
const WHOLE_MS = 20_000

/** An e-mail. Its text is plain. */
export interface Email {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Of the message: an e-mail that is sent twice has the same Message-ID, by which mailboxes recognise it. */
  readonly id: string
}

/** Whether the operator has set up a mail server. Without one, e-mail is not offered. */
export function canSendEmail(): boolean {
  return config.alerts.mail !== null
}

/** Sends one e-mail on a connection of its own. */
export async function sendEmail({ to, subject, text, id }: Email): Promise<SendOutcome> {
  const { mail } = config.alerts
  if (!mail) return { kind: 'unavailable', why: 'no_mail_server', status: null }
  const transport = createTransport({
    url: mail.smtpUrl,
    dnsTimeout: STEP_MS,
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({
      from: mail.from,
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${config.shopify.appUrl.hostname}>`,
      // No holiday note is to answer it: https://www.rfc-editor.org/rfc/rfc3834#section-5
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(WHOLE_MS),
    })
    return { kind: 'sent' }
  } catch (error) {
    return outcomeOf(error as SmtpError)
  } finally {
    transport.close()
  }
}

/** What nodemailer says of a failure. The server's own words are not kept: they may quote the address. */
interface SmtpError {
  readonly code?: string
  readonly responseCode?: number
  readonly command?: string
}

/** https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1: 4yz may be another answer later, 5yz will not. 530 and 535 want a login. */
function outcomeOf({ code, responseCode, command }: SmtpError): SendOutcome {
  const status = responseCode ?? null
  if (code === 'EAUTH' || code === 'ENOAUTH' || status === 530 || status === 535) {
    return { kind: 'unavailable', why: 'login', status }
  }
  if (status === null) return { kind: 'unavailable', why: 'unanswered', status }
  if (status < 500 || status === 503) return { kind: 'unavailable', why: 'failing', status }
  if (command === 'RCPT TO') return { kind: 'gone', why: 'address_refused', status }
  return { kind: 'refused', why: 'refused', status }
}
