/** What is sent to the floor and to Bellhop alike. */

/** Where the vendor takes what it is sent. */
export const VENDOR_PATH = '/v1/notes'

export const CHANNEL = 'C0123456789'

export const BODY = JSON.stringify({
  token: 'xoxb-012345678901-0123456789012-abcdefghijklmnopqrstuvwx',
  channel: CHANNEL,
  text: 'Hello, this is a message of the usual length for a chat.'
})
