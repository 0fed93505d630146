import { defineApp, type OptionsPage } from '@bellhop/sdk'

/** What the actions of My App share: how its API is called, and the props that several of them have. */
export const myApp = defineApp({
  type: 'app',
  // How bindings and handles name it: lower case, digits and `_`.
  app: 'my_app',
  name: 'My App',
  description: 'Keeps lists of items.',
  auth: { fields: { api_key: { label: 'API key' } } },
  // Where its credentials may go, and where in a request they stand: keep both as narrow as the API allows.
  hosts: ['api.my-app.example'],
  places: { headers: ['authorization'], query: [], body: [] },
  propDefinitions: {
    list: {
      type: 'string',
      label: 'List',
      description: 'The id of the list.',
      // What a person may choose from. With an annotated return type, its `this` has the methods below.
      async options({ page }): Promise<OptionsPage> {
        const { lists } = await this.call<{ lists: { id: string; name: string }[] }>('GET', `/lists?page=${page}`)
        return lists.map(({ id, name }) => ({ label: name, value: id }))
      }
    }
  },
  methods: {
    /** Calls the API. The key is a handle: opaque text, which becomes the key on its way to the API's host. */
    async call<T>(method: string, path: string, body?: object): Promise<T> {
      const answer = await fetch(`https://api.my-app.example/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.$auth['api_key'] ?? ''}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      // An error says what the vendor said, and never what it was sent.
      if (!answer.ok) throw new Error(`My App answered ${answer.status} to ${method} ${path}`)
      return (await answer.json()) as T
    }
  }
})
