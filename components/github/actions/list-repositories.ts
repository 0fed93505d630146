import { defineComponent, type FetchAnswer, type Json } from '@bellhop/sdk'
import { callGitHub, nextPage } from '../api.ts'
import { github } from '../app.ts'

/** https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user */
export const listRepositories = defineComponent({
  type: 'action',
  key: 'github-list-repositories',
  name: 'List repositories',
  description: 'Lists the repositories that the token’s user can open.',
  version: '0.1.0',
  props: {
    github,
    visibility: { type: 'string', label: 'Visibility', options: ['all', 'public', 'private'], optional: true },
    affiliation: {
      type: 'string[]',
      label: 'Affiliation',
      description: 'What the user is to them.',
      options: ['owner', 'collaborator', 'organization_member'],
      optional: true
    },
    sort: { type: 'string', label: 'Sort by', options: ['created', 'updated', 'pushed', 'full_name'], optional: true },
    direction: { type: 'string', label: 'Direction', options: ['asc', 'desc'], optional: true },
    per_page: {
      type: 'integer',
      label: 'Page size',
      description: 'How many in one answer of GitHub’s.',
      default: 100,
      min: 1,
      max: 100,
      optional: true
    },
    limit: {
      type: 'integer',
      label: 'Limit',
      description: 'How many at most, over as many pages as it takes.',
      default: 100,
      min: 1,
      max: 10_000,
      optional: true
    }
  },
  /** @returns the repositories; the export `has_more` says whether the limit cut the list */
  async run({ $ }) {
    const query = {
      visibility: this.visibility,
      affiliation: this.affiliation?.join(','),
      sort: this.sort,
      direction: this.direction,
      per_page: Math.min(this.per_page, this.limit)
    }
    let answer: FetchAnswer = await callGitHub(this.github, $, '/user/repos', { query })
    const repositories = await listOf(answer)
    let next = nextPage(answer)
    while (next !== undefined && repositories.length < this.limit) {
      answer = await callGitHub(this.github, $, next)
      repositories.push(...(await listOf(answer)))
      next = nextPage(answer)
    }
    $.export('has_more', next !== undefined || repositories.length > this.limit)
    const listed = repositories.slice(0, this.limit)
    $.export('$summary', `Successfully listed ${listed.length} repositor${listed.length === 1 ? 'y' : 'ies'}`)
    return listed
  }
})

async function listOf(answer: FetchAnswer): Promise<Json[]> {
  const body = await answer.json()
  return Array.isArray(body) ? body : []
}
