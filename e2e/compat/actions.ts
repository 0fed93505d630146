/** What the actions are asked to do, and what comes of it. */
import type { JsonObject } from '@bellhop/sdk'

export interface Expected {
  props?: JsonObject
  /** What the step returned. */
  returns?: unknown
  /** What it exported besides. */
  exports?: JsonObject
  /** What it is said to have done. */
  summary?: string
  /** The last segments of what it asked its vendor, in order; nothing unless it is said. */
  asks?: string[]
}

const TS = '1700000000.000100'

const slack: Record<string, Expected> = {
  'send-message': {
    props: { channelType: 'Channels', conversation: 'C1', text: 'hello' },
    returns: { ok: true, channel: 'C1', message: { text: 'hello' } },
    summary: 'Successfully sent a message to #general',
    asks: ['chat.postMessage', 'conversations.info']
  },
  'send-message-to-channel': {
    props: { conversation: 'C2', text: 'hello' },
    returns: { ok: true, channel: 'C2' },
    asks: ['chat.postMessage', 'conversations.info']
  },
  'reply-to-a-message': {
    props: { conversation: 'C1', text: 'hello', replyToThread: true, thread_ts: TS },
    returns: { ok: true, channel: 'C1' },
    asks: ['chat.postMessage', 'conversations.info']
  },
  'update-message': {
    props: { conversation: 'C1', timestamp: TS, text: 'better' },
    returns: { ok: true, text: 'better' },
    asks: ['chat.update']
  },
  'list-channels': { returns: { channels: [{ id: 'C1' }, { id: 'C2' }] }, asks: ['conversations.list'] },
  'list-users': { returns: { members: [{ id: 'U1' }] }, asks: ['users.list'] },
  'list-replies': {
    props: { conversation: 'C1', timestamp: TS },
    returns: { messages: [{ text: 'first' }, { text: 'second' }] },
    asks: ['conversations.replies']
  },
  'find-user-by-email': {
    props: { email: 'ada@example.com' },
    returns: { user: { id: 'U1', profile: { email: 'ada@example.com' } } },
    asks: ['users.lookupByEmail']
  },
  'add-emoji-reaction': {
    props: { conversation: 'C1', timestamp: TS, icon_emoji: 'bell' },
    returns: { ok: true },
    asks: ['reactions.add']
  },
  'set-channel-topic': {
    props: { conversation: 'C1', topic: 'bells' },
    returns: { channel: { topic: { value: 'bells' } } },
    asks: ['conversations.setTopic']
  },
  'upload-file': {
    props: { conversation: 'C1', content: 'https://api.frankfurter.app/currencies', initialComment: 'all' },
    returns: { ok: true, files: [{ id: 'F1' }] },
    asks: ['files.getUploadURLExternal', 'F1', 'files.completeUploadExternal']
  },
  'get-current-user': { asks: ['auth.test', 'users.info', 'users.profile.get', 'team.info'] }
}

const notion: Record<string, Expected> = {
  'create-comment': { props: { pageId: 'page-1', comment: 'well' }, returns: { id: 'comment-1' }, asks: ['comments'] },
  'retrieve-page': { props: { pageId: 'page-1' }, returns: { id: 'page-1' }, asks: ['page-1'] },
  'retrieve-block': {
    props: { blockId: 'page-1', retrieveChildren: 'All Children', retrieveMarkdown: true },
    returns: { markdownContent: { parent: '\nhello\n\n' }, block: { children: [{ id: 'block-2' }] } },
    asks: ['children', 'page-1', 'children']
  },
  search: { props: { title: 'Plans' }, returns: { results: [{ id: 'page-1' }] }, asks: ['search'] },
  'query-database': {
    props: { dataSourceId: 'source-1', filter: '{"property":"Name"}', sorts: ['{"property":"Name"}'] },
    returns: { results: [{ id: 'page-1' }] },
    asks: ['query']
  },
  'list-all-users': { returns: [{ id: 'bot-1' }], asks: ['users'] },
  'get-current-user': { returns: { id: 'bot-1' }, asks: ['me'] },
  'append-block': {
    props: { pageId: 'page-1', blockTypes: ['markdownContents'], markdownContents: ['# Title\n\ntext'] },
    summary: 'Appended blocks successfully',
    asks: ['children']
  },
  'create-page': {
    props: { parent: 'page-1', title: 'More', pageContent: 'text' },
    returns: { id: 'page-2' },
    asks: ['pages']
  }
}

const helper_functions: Record<string, Expected> = {
  'base64-decode-string': { props: { data: 'YmVsbA==' }, exports: { data: 'bell' } },
  'compare-arrays': { props: { array1: ['a', 'b'], array2: ['b'], actionType: 'union' }, returns: ['a', 'b'] },
  'convert-currency': {
    props: { fromCurrency: 'CHF', toCurrency: 'EUR', value: '1' },
    returns: { base: 'CHF', rates: { EUR: 2 } },
    asks: ['latest']
  },
  'convert-object-to-json-string': { props: { object: 'x' }, returns: '"x"' },
  delay: { props: { ms: '5' }, summary: 'Workflow successfully delayed for 5 ms' },
  'download-file-to-tmp': {
    props: { url: 'https://api.frankfurter.app/currencies', filename: 'all.json' },
    returns: ['all.json', '/tmp/all.json'],
    asks: ['currencies']
  },
  'export-variables': { props: { config: { a: 1 } }, exports: { config: { a: 1 } } },
  'format-iso8601-datetime': { props: { iso8601: '2026-01-02T03:04:05' }, returns: { date: '01/02/2026' } },
  'get-coutry-name-by-code-iso': { props: { countryCode: 'BE' }, returns: 'Belgium' },
  'get-time-in-specific-timezone': {
    props: { time: '2026-01-02T03:04:05Z', timezone: 'Europe/Paris' },
    returns: '2026-01-02T04:04:05+01:00'
  },
  'html-to-markdown': { props: { input: '<h1>Bell</h1>', headingStyle: 'atx' }, returns: '# Bell' },
  'random-integer': { props: { min: 3, max: 3 }, returns: 3 },
  'random-item-from-list': { props: { list: ['a'], quantity: 1 }, returns: ['a'] },
  'send-http-request': {
    props: { httpRequest: { method: 'POST', url: 'https://api.frankfurter.app/hook', data: 'x' } },
    returns: { status: 200, data: { heard: 'x' } },
    asks: ['hook']
  },
  'xml-to-json': { props: { input: '<a>b</a>' }, returns: { a: { _text: 'b' } } }
}

/** By app and key. */
export const ACTIONS = { slack, notion, helper_functions }
