import { defineComponent } from '@bellhop/sdk'
import { myApp } from '../app.ts'

export default defineComponent({
  type: 'action',
  // What a definition names: `use: "@scope/my-app#my-app-create-item"`.
  key: 'my-app-create-item',
  name: 'Create an item',
  description: 'Adds an item to a list.',
  version: '0.1.0',
  props: {
    myApp,
    list: { propDefinition: [myApp, 'list'] },
    title: { type: 'string', label: 'Title' },
    labels: { type: 'string[]', label: 'Labels', optional: true }
  },
  async run({ $ }) {
    // `this` is typed by the props: `title` is a string, `labels` a list of strings or undefined.
    const item = await this.myApp.call<{ id: string }>('POST', `/lists/${encodeURIComponent(this.list)}/items`, {
      title: this.title,
      labels: this.labels ?? []
    })
    // The line that history shows for the step.
    $.export('$summary', `Created item ${item.id}`)
    return item
  }
})
