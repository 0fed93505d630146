import { defineComponent, Fault } from '@bellhop/sdk'
import { isObject } from '../../vendor/refusal.ts'
import { callGitHub } from '../api.ts'
import { github } from '../app.ts'

/**
 * https://docs.github.com/rest/issues/issues#create-an-issue
 *
 * GitHub has no idempotency key: an issue whose answer was lost may be made twice when the step is tried again.
 */
export const createIssue = defineComponent({
  type: 'action',
  key: 'github-create-issue',
  name: 'Create an issue',
  description: 'Opens an issue in a repository.',
  version: '0.1.0',
  props: {
    github,
    repository: { propDefinition: [github, 'repository'] },
    title: { type: 'string', label: 'Title' },
    body: { type: 'string', label: 'Text', description: 'In Markdown.', optional: true },
    labels: {
      type: 'string[]',
      label: 'Labels',
      description: 'GitHub drops labels, assignees and milestone without a word where the user may not push.',
      optional: true
    },
    assignees: { type: 'string[]', label: 'Assignees', description: 'User names.', optional: true },
    milestone: { type: 'integer', label: 'Milestone', description: 'Its number.', min: 1, optional: true }
  },
  async run({ $ }) {
    const answer = await callGitHub(this.github, $, `/repos/${pathOf(this.repository)}/issues`, {
      method: 'POST',
      body: {
        title: this.title,
        ...(this.body === undefined ? {} : { body: this.body }),
        ...(this.labels === undefined ? {} : { labels: this.labels }),
        ...(this.assignees === undefined ? {} : { assignees: this.assignees }),
        ...(this.milestone === undefined ? {} : { milestone: this.milestone })
      }
    })
    const issue = await answer.json()
    const number = isObject(issue) ? issue['number'] : undefined
    $.export(
      '$summary',
      `Successfully created issue ${typeof number === 'number' ? `#${number} ` : ''}in ${this.repository}`
    )
    return issue
  }
})

/** Owner and name as parts of a path. What else they could hold would make another path of it. */
function pathOf(repository: string): string {
  if (/^[\w-]+\/(?!\.{1,2}$)[\w.-]+$/.test(repository)) return repository
  throw new Fault('prop_invalid', '`repository` of github-create-issue is not an owner and a name', {
    hint: 'Write it as `octo-org/octo-repo`, without the host.'
  })
}
