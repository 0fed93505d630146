/** Every service that was started answers what the stores will ask of it. */
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { startVault } from './vault.ts'
import { vaultClient } from './vault-client.ts'
import { against } from './services.ts'

/** What a client needs that does not ask for TLS. */
function loginOf<A extends { ca: string }>(at: A): Omit<A, 'ca'> {
  const { ca: _, ...login } = at
  return login
}

it('has PostgreSQL wherever npm has its programs', () => {
  expect(inject('services').postgres).toHaveProperty('at')
})

against(['postgres'], (at) => {
  it('answers a query with parameters', async () => {
    const client = new pg.Client(loginOf(at))
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query('select $1::text as token, current_user as who', ['a'])
    expect(rows).toEqual([{ token: 'a', who: at.user }])
  })

  it('refuses a wrong password', async () => {
    const client = new pg.Client({ ...at, password: 'wrong' })
    await expect(client.connect()).rejects.toThrow(/password authentication failed/)
  })
})

against(['mariadb'], (at) => {
  it('answers a prepared statement', async () => {
    const connection = await mysql.createConnection(loginOf(at))
    onTestFinished(() => connection.end())
    const [rows] = await connection.execute('select ? as token, database() as name', ['a'])
    expect(rows).toEqual([{ token: 'a', name: at.database }])
  })

  it('refuses a wrong password', async () => {
    await expect(mysql.createConnection({ ...loginOf(at), password: 'wrong' })).rejects.toThrow(/Access denied/)
  })
})

against(['moto'], (at) => {
  /** moto looks only at the service of a signature, never at the signature. */
  const call = async (service: string, headers: Record<string, string>, body: string): Promise<string> => {
    const scope = `${at.accessKeyId}/20260101/${at.region}/${service}/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`
    const answer = await fetch(at.url, { method: 'POST', headers: { authorization, ...headers }, body })
    return answer.text()
  }

  it('keeps a secret', async () => {
    const secrets = (action: string, body: object): Promise<string> => {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` }
      return call('secretsmanager', headers, JSON.stringify(body))
    }
    await secrets('CreateSecret', { Name: 'harness', SecretString: 'kept' })
    expect(JSON.parse(await secrets('GetSecretValue', { SecretId: 'harness' }))).toMatchObject({ SecretString: 'kept' })
  })

  it('assumes a role', async () => {
    const role = `RoleArn=arn:aws:iam::123456789012:role/reader&RoleSessionName=s`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await call('sts', headers, `Action=AssumeRole&Version=2011-06-15&${role}`)
    expect(answer).toContain('<SecretAccessKey>')
  })
})

against(['openbao', 'vault'], (at) => {
  const client = vaultClient(at)

  it('keeps a secret in KV version 2 and in version 1', async () => {
    await client.call('POST', '/secret/data/harness', { data: { token: 'two' } })
    await client.call('POST', '/kv1/harness', { token: 'one' })
    expect((await client.call('GET', '/secret/data/harness')).body).toMatchObject({ data: { data: { token: 'two' } } })
    expect((await client.call('GET', '/kv1/harness')).body).toMatchObject({ data: { token: 'one' } })
  })

  it('refuses a wrong token', async () => {
    const stranger = vaultClient(at, { token: 'wrong' })
    expect(await stranger.call('GET', '/secret/data/harness')).toMatchObject({ status: 403 })
  })

  it('starts once more, with a private CA', async () => {
    const own = await startVault(at.flavour, { tls: true })
    onTestFinished(() => own.stop())
    expect(own.at.ca).toContain('BEGIN CERTIFICATE')
    expect(await vaultClient(own.at).call('GET', '/sys/health')).toMatchObject({ status: 200 })
    const { ca: _, ...unknowing } = own.at
    await expect(vaultClient(unknowing).call('GET', '/sys/health')).rejects.toThrow(/certificate/)
  })

  against(['postgres'], (postgres) => {
    it('makes users in PostgreSQL that die with their lease', async () => {
      const { user: username, password, host, port, database } = postgres
      const connection_url = `postgresql://{{username}}:{{password}}@${host}:${port}/${database}?sslmode=disable`
      const plugin_name = 'postgresql-database-plugin'
      await client.call('POST', '/sys/mounts/harness-db', { type: 'database' })
      const config = { plugin_name, connection_url, username, password, allowed_roles: '*' }
      await client.call('POST', '/harness-db/config/postgres', config)
      const creation_statements = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`
      await client.call('POST', '/harness-db/roles/reader', { db_name: 'postgres', creation_statements })
      const { body } = await client.call('GET', '/harness-db/creds/reader')
      const lease = body as { lease_id: string; data: { username: string; password: string } }
      const login = { ...postgres, user: lease.data.username, password: lease.data.password }
      const guest = new pg.Client(login)
      await guest.connect()
      await guest.end()
      await client.call('POST', '/sys/leases/revoke', { lease_id: lease.lease_id, sync: true })
      await expect(new pg.Client(login).connect()).rejects.toThrow(/authentication failed/)
    })
  })
})

against(['openbao'], (at) => {
  it('has namespaces', async () => {
    await vaultClient(at).call('POST', '/sys/namespaces/team')
    const team = vaultClient(at, { namespace: 'team' })
    await team.call('POST', '/sys/mounts/kv', { type: 'kv' })
    await team.call('POST', '/kv/harness', { token: 'theirs' })
    expect((await vaultClient(at).call('GET', '/team/kv/harness')).body).toMatchObject({ data: { token: 'theirs' } })
  })
})

against(['vault'], (at) => {
  against(['moto'], (moto) => {
    it('makes users in AWS that die with their lease', async () => {
      const client = vaultClient(at)
      const { url, region, accessKeyId: access_key, secretAccessKey: secret_key } = moto
      await client.call('POST', '/sys/mounts/harness-aws', { type: 'aws' })
      const root = { access_key, secret_key, region, iam_endpoint: url, sts_endpoint: url, sts_region: region }
      await client.call('POST', '/harness-aws/config/root', root)
      const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
      const policy_document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
      await client.call('POST', '/harness-aws/roles/reader', { credential_type: 'iam_user', policy_document })
      const { body } = await client.call('GET', '/harness-aws/creds/reader')
      const { lease_id, data } = body as { lease_id: string; data: { access_key: string } }
      expect(data.access_key).toMatch(/^A/)
      const revoked = await client.call('POST', '/sys/leases/revoke', { lease_id, sync: true })
      expect(revoked).toMatchObject({ status: 204 })
    })
  })
})
