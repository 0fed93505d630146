import { expect, onTestFinished, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'
import { Browser, linkFor, PASSWORD, setUp } from '../testing/browser.ts'

const DAY = 86_400_000

async function start(): Promise<ApiServer> {
  const server = await startApi()
  onTestFinished(() => server.close())
  return server
}

async function usersOf(server: ApiServer): Promise<{ name: string; active: boolean; link_expires_at: unknown }[]> {
  return (
    (await (await server.call('GET', '/users')).json()) as {
      users: { name: string; active: boolean; link_expires_at: unknown }[]
    }
  ).users
}

const add = (server: ApiServer, name: string): Promise<Response> =>
  server.call('POST', '/users', JSON.stringify({ name }))

test('the first link makes an administrator, once', async () => {
  const server = await start()
  const browser = new Browser(server)
  expect((await browser.call('GET', '/session')).body).toEqual({ setup_needed: true })
  const [old, token] = [await linkFor(server), await linkFor(server)]
  for (const wrong of [old, 'guessed', `${token}x`]) {
    expect((await browser.call('POST', '/setup', { token: wrong, name: 'anna', password: PASSWORD })).status).toBe(410)
  }
  expect((await browser.call('POST', '/setup/check', { token })).body).toEqual({ name: null })
  // What does not fit leaves the link as it is.
  expect((await browser.call('POST', '/setup', { token, name: 'anna', password: 'short' })).status).toBe(422)
  expect((await browser.call('POST', '/setup', { token, name: '…', password: PASSWORD })).status).toBe(422)
  const all = await Promise.all(
    ['anna', 'bert'].map((name) => new Browser(server).call('POST', '/setup', { token, name, password: PASSWORD }))
  )
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 410]))
  expect(await usersOf(server)).toMatchObject([{ active: true, link_expires_at: null }])
  expect((await browser.call('POST', '/setup/check', { token })).body).toMatchObject({ code: 'link_void' })
  const another = await server.call('POST', '/setup/link')
  expect([another.status, await another.json()]).toMatchObject([409, { code: 'set_up_already' }])
})

test('a user is added, sets a password by link, signs in, and is removed', async () => {
  const server = await start()
  const anna = new Browser(server)
  await setUp(server, anna)
  const added = await anna.call('POST', '/users', { name: 'Bérénice O’Neill'.replace('’', "'") })
  expect(added.status).toBe(201)
  const { url, name } = added.body as { url: string; name: string }
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/)
  const token = new URL(url).hash.slice(1)
  const bert = new Browser(server)
  expect((await bert.signIn(name)).status).toBe(403)
  expect((await bert.call('POST', '/setup/check', { token })).body).toEqual({ name })
  const set = await bert.call('POST', '/setup', { token, password: PASSWORD })
  expect([set.status, set.body]).toMatchObject([200, { user: { name } }])
  expect((await bert.call('POST', '/setup', { token, password: PASSWORD })).status).toBe(410)
  // Written in another form, and in capitals.
  expect((await bert.signIn(name.normalize('NFD').toUpperCase())).status).toBe(200)
  expect((await anna.call('DELETE', `/users/${encodeURIComponent(name)}`)).status).toBe(204)
  expect((await bert.call('GET', '/workflows')).status).toBe(401)
  expect((await bert.signIn(name)).status).toBe(403)
  expect((await usersOf(server)).map((user) => user.name)).toEqual(['anna'])
})

test('a forgotten password: a new link, with which all sessions end', async () => {
  const server = await start()
  const anna = new Browser(server)
  await setUp(server, anna)
  const [void_, token] = [await linkFor(server, 'anna'), await linkFor(server, 'anna')]
  expect((await anna.call('GET', '/workflows')).status).toBe(200)
  const elsewhere = new Browser(server)
  expect((await elsewhere.call('POST', '/setup', { token: void_, password: PASSWORD })).status).toBe(410)
  expect((await elsewhere.call('POST', '/setup', { token, password: 'another long phrase' })).status).toBe(200)
  expect((await anna.call('GET', '/workflows')).status).toBe(401)
  expect((await anna.signIn('anna')).status).toBe(403)
})

test('a link lives three days, and a changed password makes it void', async () => {
  const server = await start()
  const anna = new Browser(server)
  await setUp(server, anna)
  await add(server, 'bert')
  const token = await linkFor(server, 'bert')
  server.clock.ahead += 3.1 * DAY
  expect((await anna.call('POST', '/setup', { token, password: PASSWORD })).status).toBe(410)
  expect(await usersOf(server)).toMatchObject([
    { name: 'anna' },
    { name: 'bert', active: false, link_expires_at: null }
  ])
  await anna.signIn('anna')
  const own = await linkFor(server, 'anna')
  await anna.call('PUT', '/password', { current: PASSWORD, next: 'another long phrase' })
  expect((await anna.call('POST', '/setup', { token: own, password: PASSWORD })).status).toBe(410)
})

test('the last who can sign in stays', async () => {
  const server = await start()
  const anna = new Browser(server)
  await setUp(server, anna)
  await add(server, 'bert')
  const refused = await anna.call('DELETE', '/users/anna')
  expect([refused.status, refused.body]).toMatchObject([409, { code: 'last_user' }])
  expect((await anna.call('DELETE', '/users/bert')).status).toBe(204)
  expect((await anna.call('DELETE', '/users/bert')).body).toMatchObject({ code: 'user_missing' })
})

test('a name is there once, however it is written, and is a name', async () => {
  const server = await start()
  expect((await add(server, 'Anna')).status).toBe(201)
  for (const name of ['anna', ' ANNA ', 'ａｎｎａ']) {
    const answer = await add(server, name)
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'user_exists' }])
  }
  for (const name of ['', ' ', '-', 'a/b', 'a\u0000b', 'a\u202eb', '<b>', 'x'.repeat(65)]) {
    const answer = await add(server, name)
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'user_name_unfit' }])
  }
})

test('who was invited before there was an administrator can become the first', async () => {
  const server = await start()
  await add(server, 'Anna')
  const browser = new Browser(server)
  await setUp(server, browser, 'anna')
  expect(await usersOf(server)).toMatchObject([{ name: 'Anna', active: true }])
})
