/** All first-party apps and their actions: what definitions can name. */
import type { ActionDefinition, AppDefinition } from '@bellhop/sdk'
import { getSecret } from './aws-secrets-manager/actions/get-secret.ts'
import { listSecrets } from './aws-secrets-manager/actions/list-secrets.ts'
import { putSecret } from './aws-secrets-manager/actions/put-secret.ts'
import { createIssue } from './github/actions/create-issue.ts'
import { listRepositories } from './github/actions/list-repositories.ts'
import { github } from './github/app.ts'
import { request } from './http/actions/request.ts'
import { http } from './http/app.ts'
import { mysqlQuery } from './mysql/actions/query.ts'
import { getConnection } from './nango/actions/get-connection.ts'
import { postgresQuery } from './postgres/actions/query.ts'
import { listChannels } from './slack/actions/list-channels.ts'
import { sendMessage } from './slack/actions/send-message.ts'
import { slack } from './slack/app.ts'
import { sqliteQuery } from './sqlite/actions/query.ts'
import { listSecrets as listVaultSecrets } from './vault/actions/list-secrets.ts'
import { readSecret } from './vault/actions/read-secret.ts'
import { writeSecret } from './vault/actions/write-secret.ts'

export const apps: readonly AppDefinition[] = [http, slack, github]

export const actions: readonly ActionDefinition[] = [
  request,
  sendMessage,
  listChannels,
  createIssue,
  listRepositories,
  readSecret,
  listVaultSecrets,
  writeSecret,
  getSecret,
  listSecrets,
  putSecret,
  postgresQuery,
  mysqlQuery,
  sqliteQuery,
  getConnection
]
