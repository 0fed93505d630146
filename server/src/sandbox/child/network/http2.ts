import type http2Module from 'node:http2'

/** HTTP/2 is no request after another, so the door cannot serve it. */
export function installHttp2(http2: typeof http2Module): void {
  http2.connect = () => {
    throw Object.assign(new Error("HTTP/2 can't be spoken from a step: ask for the same URL over HTTP/1.1"), {
      code: 'ERR_HTTP2_NOT_AVAILABLE'
    })
  }
}
