/** All first-party apps and their actions: what definitions can name. */
import type { ActionDefinition, AppDefinition } from '@bellhop/sdk'
import { createIssue } from './github/actions/create-issue.ts'
import { listRepositories } from './github/actions/list-repositories.ts'
import { github } from './github/app.ts'
import { request } from './http/actions/request.ts'
import { http } from './http/app.ts'
import { listChannels } from './slack/actions/list-channels.ts'
import { sendMessage } from './slack/actions/send-message.ts'
import { slack } from './slack/app.ts'

export const apps: readonly AppDefinition[] = [http, slack, github]

export const actions: readonly ActionDefinition[] = [request, sendMessage, listChannels, createIssue, listRepositories]
