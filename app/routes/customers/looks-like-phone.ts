/** Whether a browser says that it is a phone's, so that the first drawing already has the form for one. */
export function looksLikePhone(headers: Headers): boolean {
  const hint = headers.get('sec-ch-ua-mobile')
  return hint === null ? /\bMobile\b/.test(headers.get('user-agent') ?? '') : hint === '?1'
}
