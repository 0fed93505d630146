/** As much of Notion's API as the actions need: https://developers.notion.com/reference */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Asked } from './stand-in.ts'

const PAGE: JsonObject = {
  object: 'page',
  id: 'page-1',
  parent: { type: 'workspace', workspace: true },
  properties: { Name: { id: 'title', type: 'title', title: [{ plain_text: 'Plans' }] } }
}
const BLOCK: JsonObject = {
  object: 'block',
  id: 'page-1',
  type: 'paragraph',
  has_children: true,
  paragraph: { rich_text: [{ plain_text: 'hello', text: { content: 'hello' }, type: 'text', annotations: {} }] }
}
const BOT: JsonObject = {
  object: 'user',
  id: 'bot-1',
  type: 'bot',
  name: 'Bellhop',
  bot: { workspace_name: 'Engines' }
}

const list = (...results: Json[]): JsonObject => ({ object: 'list', results, has_more: false, next_cursor: null })

const ROUTES: Readonly<Record<string, (body: JsonObject) => JsonObject>> = {
  'GET /v1/users': () => list(BOT),
  'GET /v1/users/me': () => BOT,
  'GET /v1/pages/page-1': () => PAGE,
  'GET /v1/blocks/page-1': () => BLOCK,
  'GET /v1/blocks/page-1/children': () => list({ ...BLOCK, id: 'block-2', has_children: false }),
  'PATCH /v1/blocks/page-1/children': ({ children }) => list(...(Array.isArray(children) ? children : [])),
  'POST /v1/comments': (body) => ({ object: 'comment', id: 'comment-1', ...body }),
  'POST /v1/pages': (body) => ({ ...PAGE, ...body, id: 'page-2' }),
  'POST /v1/search': () => list(PAGE),
  'POST /v1/data_sources/source-1/query': () => list(PAGE)
}

/** Says again with which token it was asked. */
export function notion(token: string): (asked: Asked) => Json | undefined {
  return ({ method, path, headers: { authorization = '' }, body }) => {
    const route = ROUTES[`${method} ${path.replace(/\?.*/, '')}`]
    if (route === undefined || authorization !== `Bearer ${token}`) return undefined
    return { ...route(body === '' ? {} : (JSON.parse(body) as JsonObject)), asked_with: authorization }
  }
}
