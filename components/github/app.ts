import { defineApp } from '@bellhop/sdk'

/** https://docs.github.com/rest. For GitHub Enterprise Server the base URL is `https://<host>/api/v3`. */
export const github = defineApp({
  type: 'app',
  app: 'github',
  name: 'GitHub',
  description: 'Repositories and issues on GitHub.',
  auth: {
    fields: {
      oauth_access_token: {
        label: 'OAuth access token',
        description: 'A token of an OAuth app or a GitHub App, or a personal access token.'
      }
    }
  },
  hosts: ['api.github.com'],
  baseUrl: 'https://api.github.com',
  // https://docs.github.com/rest/users/users#get-the-authenticated-user
  test: {
    method: 'GET',
    path: '/user',
    headers: {
      authorization: 'Bearer {{oauth_access_token}}',
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'bellhop'
    },
    who: ['login']
  },
  propDefinitions: {
    repository: {
      type: 'string',
      label: 'Repository',
      description: 'Owner and name: `octo-org/octo-repo`.'
    }
  }
})
