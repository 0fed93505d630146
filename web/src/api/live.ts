/** Server-sent events of the API, typed by the message that each is. */
import { useEffect, useEffectEvent, useState } from 'react'

export type Connection = 'connecting' | 'open' | 'lost'

/**
 * Listens while the component is there. The browser connects again by itself after a break; `undefined` listens to
 * nothing.
 * @param path below `/api/v1`
 * @param types the names of the events
 */
export function useLive<T extends { type: string }>(
  path: string | undefined,
  types: readonly T['type'][],
  onMessage: (message: T) => void
): Connection {
  const [connection, setConnection] = useState<Connection>('connecting')
  const heard = useEffectEvent(onMessage)
  const names = types.join(' ')
  useEffect(() => {
    if (path === undefined) return
    const source = new EventSource(`/api/v1${path}`)
    source.addEventListener('open', () => setConnection('open'))
    source.addEventListener('error', () => setConnection('lost'))
    for (const name of names.split(' ')) {
      source.addEventListener(name, (event: MessageEvent<string>) => heard(JSON.parse(event.data) as T))
    }
    return () => source.close()
  }, [path, names])
  return connection
}
