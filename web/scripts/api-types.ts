import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const BELLHOP = fileURLToPath(new URL('../../server/bin/bellhop.js', import.meta.url))

/** The types of the admin API as TypeScript, from the document that a real server serves. */
export async function apiTypes(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'bellhop-api-'))
  const server = spawn(process.execPath, [BELLHOP, 'start', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    for await (const line of createInterface(server.stdout)) {
      const url = /^listening (\S+)/.exec(line)?.[1]
      if (url !== undefined) return await typesOf(`${url}/api/v1/openapi.json`)
    }
    throw new Error('the server ended before it listened')
  } finally {
    server.kill()
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
    await rm(data, { recursive: true, force: true })
  }
}

async function typesOf(address: string): Promise<string> {
  const document = (await (await fetch(address)).json()) as Parameters<typeof openapiTS>[0]
  const types = astToString(await openapiTS(document, { alphabetize: false, emptyObjectsUnknown: true }))
  return `/** The admin API. Written by \`npm run api --workspace web\`; not by hand. */\n${types}`
}
