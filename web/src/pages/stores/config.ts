/** The configuration of a store as its kind's JSON Schema describes it: what a form asks for. Pure. */
import { isObject, type Json, type JsonObject } from '../../values/json.ts'

export interface ConfigField {
  name: string
  /** As people say it. */
  label: string
  description?: string
  required: boolean
  control: 'text' | 'lines' | 'number' | 'switch' | 'choice' | 'group'
  /** Whether it is a credential, and not shown while it is typed. */
  secret: boolean
  choices?: readonly string[]
  initial?: Json
  /** Of a group. */
  fields?: readonly ConfigField[]
}

const LINES = new Set(['ca', 'query'])
const SECRET = /^(password|secret_id|secret_access_key|session_token|api_key|token|jwt)$/

export function fieldsOf(schema: JsonObject): ConfigField[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(properties)
    .map(([name, part]) => fieldOf(name, isObject(part) ? part : {}, required.includes(name)))
    .sort((a, b) => Number(b.required) - Number(a.required))
}

function fieldOf(name: string, part: JsonObject, required: boolean): ConfigField {
  const { description, default: initial, enum: choices } = part
  return {
    name,
    label: labelOf(name),
    ...(typeof description === 'string' ? { description } : {}),
    required,
    control: controlOf(name, part),
    secret: SECRET.test(name),
    ...(Array.isArray(choices) ? { choices: choices.map(String) } : {}),
    ...(initial === undefined ? {} : { initial }),
    ...(part['type'] === 'object' ? { fields: fieldsOf(part) } : {})
  }
}

function controlOf(name: string, { type, enum: choices }: JsonObject): ConfigField['control'] {
  if (type === 'object') return 'group'
  if (Array.isArray(choices)) return 'choice'
  if (type === 'boolean') return 'switch'
  if (type === 'integer' || type === 'number') return 'number'
  return LINES.has(name) ? 'lines' : 'text'
}

const WORDS: Record<string, string> = {
  ca: 'CA certificate',
  ca_file: 'CA certificate’s file',
  ttl: 'Kept for',
  api_key: 'API key',
  tls: 'TLS',
  role_arn: 'Role’s ARN',
  sts_endpoint: 'STS endpoint',
  approle: 'AppRole',
  jwt: 'JWT',
  jwt_file: 'JWT’s file',
  kubernetes: 'Kubernetes'
}

function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ').replace(/ id$/, ' ID')
  return WORDS[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** A configuration with one value set; an empty one is left out, and with it groups that hold nothing. */
export function withValue(config: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [name = '', ...rest] = path
  const { [name]: before, ...others } = config
  if (rest.length === 0) return value === undefined || value === '' ? others : { ...config, [name]: value }
  const inner = withValue(isObject(before) ? before : {}, rest, value)
  return Object.keys(inner).length === 0 ? others : { ...config, [name]: inner }
}

export function valueAt(config: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = config
  for (const name of path) value = isObject(value) ? value[name] : undefined
  return value
}
