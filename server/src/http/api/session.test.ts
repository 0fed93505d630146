import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'
import { Browser, linkFor, PASSWORD, setUp, type Answered } from '../testing/browser.ts'

const DAY = 86_400_000
const OTHER = 'a rather different phrase'

let server: ApiServer
let anna: Browser
beforeAll(async () => {
  server = await startApi({ trustProxy: ['127.0.0.1'] })
  anna = new Browser(server)
  await setUp(server, anna)
})
afterAll(() => server.close())

let people = 0

/** Somebody at an address of their own. */
function elsewhere(address = `198.51.100.${(people += 1)}`): Browser {
  return new Browser(server, { 'x-forwarded-for': address })
}

/** A user of a test's own, signed in. */
async function person(): Promise<{ name: string; browser: Browser }> {
  const browser = elsewhere()
  const name = `person ${people}`
  await server.call('POST', '/users', JSON.stringify({ name }))
  await browser.call('POST', '/setup', { token: await linkFor(server, name), password: PASSWORD })
  return { name, browser }
}

test('a session does what the admin token does, until it is signed out', async () => {
  const { name, browser } = await person()
  expect((await browser.call('GET', '/session')).body).toMatchObject({ setup_needed: false, user: { name } })
  expect((await browser.call('GET', '/workflows')).status).toBe(200)
  expect((await browser.call('PUT', '/env/KEY', { value: 's3cret' })).status).toBe(204)
  const { cookie } = browser
  const out = await browser.call('DELETE', '/session')
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    204,
    'bellhop_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict'
  ])
  browser.cookie = cookie
  const after = await browser.call('GET', '/workflows')
  expect([after.status, after.body]).toMatchObject([401, { code: 'unauthorized' }])
  expect((await browser.call('GET', '/session')).body).toEqual({ setup_needed: false })
  expect(browser.cookie).toBe('')
})

test('every sign-in has a token and a proof of its own, and ends the session that the browser had', async () => {
  const { name, browser } = await person()
  const first = { cookie: browser.cookie, csrf: browser.csrf }
  const again = await browser.signIn(` ${name.toUpperCase()} `)
  expect([again.status, again.body]).toMatchObject([200, { user: { name } }])
  expect(again.headers.get('set-cookie')).toMatch(
    /^bellhop_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/
  )
  expect(browser.cookie).not.toBe(first.cookie)
  expect(browser.csrf).not.toBe(first.csrf)
  expect((await browser.call('GET', '/workflows', undefined, { cookie: first.cookie })).status).toBe(401)
})

test('over TLS the cookie is secure and bound to the host', async () => {
  const host = new URL(server.url).host
  const browser = new Browser(server, { 'x-forwarded-proto': 'https', origin: `https://${host}` })
  const { headers } = await browser.signIn('anna')
  expect(headers.get('set-cookie')).toMatch(/^__Host-bellhop_session=[\w-]{43}; Path=\/; .*SameSite=Strict; Secure$/)
  expect((await browser.call('GET', '/workflows')).status).toBe(200)
  // A cookie that somebody on the wire or a neighbouring host has planted does not count beside it.
  const both = `bellhop_session=planted; ${browser.cookie}`
  expect((await browser.call('GET', '/session', undefined, { cookie: both })).body).toMatchObject({
    user: { name: 'anna' }
  })
})

test.each([
  ['without the proof', { 'x-bellhop-csrf': '' }, 'csrf_token_missing'],
  ['with another proof', { 'x-bellhop-csrf': 's3cret' }, 'csrf_token_missing'],
  ['from another site', { 'sec-fetch-site': 'cross-site' }, 'cross_site'],
  ['from a neighbouring host', { 'sec-fetch-site': 'same-site' }, 'cross_site'],
  ['from another origin', { origin: 'https://evil.example' }, 'cross_site'],
  ['from another port', { origin: 'http://127.0.0.1:1' }, 'cross_site'],
  ['from a sandboxed page', { origin: 'null' }, 'cross_site'],
  ['typed into the address bar', { 'sec-fetch-site': 'none' }, 'cross_site']
])('a change %s is refused', async (_how, headers: Record<string, string>, code) => {
  const { status, body } = await anna.call('PUT', '/env/REFUSED', { value: 's3cret' }, headers)
  expect([status, body]).toMatchObject([403, { code }])
  expect(JSON.stringify((await anna.call('GET', '/env')).body)).not.toContain('REFUSED')
})

test.each(['/session', '/setup', '/setup/check'])('nobody is signed in from another site: POST %s', async (path) => {
  const stranger = new Browser(server)
  const body = path === '/session' ? { name: 'anna', password: PASSWORD } : { token: 'x', password: PASSWORD }
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const answer = await stranger.call('POST', path, path === '/setup/check' ? { token: 'x' } : body, headers)
    expect([answer.status, answer.body, answer.headers.get('set-cookie')]).toMatchObject([
      403,
      { code: 'cross_site' },
      null
    ])
  }
})

test('a browser may read, also an address that was typed; a page of another site may not', async () => {
  expect((await anna.call('GET', '/workflows', undefined, { 'sec-fetch-site': 'none' })).status).toBe(200)
  const { status } = await anna.call('GET', '/workflows', undefined, { 'sec-fetch-site': 'cross-site' })
  expect(status).toBe(403)
})

test('a wrong password and an unknown name get one answer, in about the same time', async () => {
  const ask = async (name: string): Promise<{ text: string; ms: number }> => {
    const start = performance.now()
    const { status, body } = await elsewhere().signIn(name, OTHER)
    return { text: JSON.stringify([status, body]), ms: performance.now() - start }
  }
  const answers = [await ask('anna'), await ask('nobody'), await ask('anna'), await ask('nobody')]
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(JSON.parse(answers[0]?.text ?? '')).toMatchObject([403, { code: 'sign_in_refused' }])
  const [known, unknown] = [0, 1].map((from) => Math.min(answers[from]?.ms ?? 0, answers[from + 2]?.ms ?? 0))
  // A check that is left out takes a hundredth of the time.
  expect(unknown).toBeGreaterThan((known ?? 0) / 4)
})

test('attempts are limited by address, whatever is tried', async () => {
  const stranger = elsewhere()
  const guess = (): Promise<Answered> => stranger.call('POST', '/setup/check', { token: 'guessed' })
  const statuses = (await Promise.all(Array.from({ length: 14 }, guess))).map(({ status }) => status)
  expect(Map.groupBy(statuses, (status) => status).get(429)).toHaveLength(4)
  expect(statuses).toEqual(statuses.map((status) => (status === 429 ? 429 : 410)))
  const refused = await stranger.signIn('anna')
  expect([refused.status, refused.body]).toMatchObject([429, { code: 'too_many_attempts', retryable: true }])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await elsewhere().signIn('anna')).status).toBe(200)
  server.clock.ahead += 61_000
  expect((await stranger.signIn('anna')).status).toBe(200)
})

test('a session ends a day after its last use, and a week after it began', async () => {
  const { name, browser } = await person()
  const seen = async (): Promise<number> => {
    const { sessions } = (await browser.call('GET', '/sessions')).body as { sessions?: { seen_at: string }[] }
    return Date.parse(sessions?.[0]?.seen_at ?? '')
  }
  /** Its use is written down beside the answer. */
  const use = (): Promise<void> => expect.poll(seen).toBeGreaterThan(Date.now() + server.clock.ahead - 300_000)
  for (let uses = 0; uses < 2; uses += 1) {
    server.clock.ahead += 0.9 * DAY
    await use()
  }
  server.clock.ahead += 1.1 * DAY
  expect((await browser.call('GET', '/workflows')).status).toBe(401)
  await browser.signIn(name)
  for (let uses = 0; uses < 7; uses += 1) {
    server.clock.ahead += 0.9 * DAY
    await use()
  }
  server.clock.ahead += 0.8 * DAY
  expect((await browser.call('GET', '/workflows')).status).toBe(401)
})

test('a new password ends every session, and the old one opens nothing', async () => {
  const { name, browser } = await person()
  const other = elsewhere()
  await other.signIn(name)
  const wrong = await browser.call('PUT', '/password', { current: OTHER, next: OTHER })
  expect([wrong.status, wrong.body]).toMatchObject([403, { code: 'password_wrong' }])
  const before = browser.cookie
  expect((await browser.call('PUT', '/password', { current: PASSWORD, next: OTHER })).status).toBe(200)
  expect(browser.cookie).not.toBe(before)
  expect((await browser.call('PUT', '/env/KEY', { value: 's3cret' })).status).toBe(204)
  expect((await browser.call('GET', '/workflows', undefined, { cookie: before })).status).toBe(401)
  expect((await other.call('GET', '/workflows')).status).toBe(401)
  expect((await other.signIn(name)).status).toBe(403)
  expect((await other.signIn(name, OTHER)).status).toBe(200)
})

test.each([
  ['short', 'short one'],
  ['long', 'long '.repeat(60)],
  ['made of few characters', 'abababababababab'],
  ['made of the name', 'Bellhop anna 1234!']
])('a password that is %s is refused without a word of it', async (_what, next) => {
  await anna.signIn('anna')
  const { status, body } = await anna.call('PUT', '/password', { current: PASSWORD, next })
  expect([status, body]).toMatchObject([422, { code: 'password_unfit' }])
  expect(JSON.stringify(body)).not.toContain(next)
})

test('sessions are listed in words, ended one by one, and everywhere', async () => {
  const { name, browser } = await person()
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 s3cret'
  const other = new Browser(server, { 'user-agent': agent })
  await other.signIn(name)
  const { sessions } = (await browser.call('GET', '/sessions')).body as {
    sessions: { id: number; agent: string; current: boolean }[]
  }
  expect(new Map(sessions.map(({ agent, current }) => [agent, current]))).toEqual(
    new Map([
      ['Another program', true],
      ['Firefox on Linux', false]
    ])
  )
  const theirs = sessions.find(({ current }) => !current)?.id ?? 0
  expect((await browser.call('DELETE', `/sessions/${theirs}`)).status).toBe(204)
  expect((await other.call('GET', '/workflows')).status).toBe(401)
  expect((await browser.call('DELETE', `/sessions/${theirs}`)).status).toBe(404)
  await other.signIn(name)
  expect((await browser.call('DELETE', '/sessions')).status).toBe(204)
  for (const each of [browser, other]) expect((await each.call('GET', '/workflows')).status).toBe(401)
})

test('one user ends no session of another', async () => {
  const [{ browser }, { browser: bert }] = [await person(), await person()]
  const { sessions } = (await browser.call('GET', '/sessions')).body as { sessions: { id: number }[] }
  expect((await bert.call('DELETE', `/sessions/${sessions[0]?.id}`)).status).toBe(404)
  await bert.call('DELETE', '/sessions')
  expect((await browser.call('GET', '/workflows')).status).toBe(200)
})

test('a live view ends with its session', async () => {
  const { browser } = await person()
  const view = await fetch(`${server.url}/api/v1/runs/events`, { headers: { cookie: browser.cookie } })
  expect(view.status).toBe(200)
  const ended = view.text()
  await browser.call('DELETE', '/sessions')
  expect(await ended).toContain('retry:')
})

test('the admin token is nobody: it has no sessions and no password', async () => {
  for (const [method, path, body] of [
    ['GET', '/sessions'],
    ['DELETE', '/session'],
    ['PUT', '/password', '{"current":"x","next":"y"}']
  ] as const) {
    const answer = await server.call(method, path, body)
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'session_needed' }])
  }
})

test('nothing of a password, a token or a cookie is logged', async () => {
  const { name, browser } = await person()
  await browser.signIn(name, OTHER)
  const log = server.log.join('\n')
  for (const secret of [PASSWORD, OTHER, browser.cookie.slice(16), browser.csrf]) expect(log).not.toContain(secret)
  expect(log).toContain('/api/v1/session')
})

test('a proxy that changes the host is allowed by the public address', async () => {
  const target = await startApi({ publicUrl: 'https://bellhop.example.com' })
  onTestFinished(() => target.close())
  const browser = new Browser(target, { origin: 'https://bellhop.example.com' })
  await setUp(target, browser)
  expect(browser.cookie).toMatch(/^__Host-/)
  expect((await browser.call('PUT', '/env/KEY', { value: 's3cret' })).status).toBe(204)
})
