import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { isObject, type Json } from '../../values/json.ts'
import { Input } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'
import { Select } from '../../ui/select.tsx'
import { textOf } from './bound.tsx'
import { PairsAt } from './pairs.tsx'

/** Variables of code and expressions. */
export function EnvironmentForm() {
  const { data } = useQuery({ queryKey: ['env'], queryFn: () => body(api.GET('/env')) })
  const secrets = data?.secrets.map(({ name }) => name) ?? []
  return (
    <Section title="Variables" aside="env">
      <p className="text-xs text-ink-3">
        For code and expressions, as <code className="font-mono">env.NAME</code> and{' '}
        <code className="font-mono">process.env.NAME</code>. A text stands in the definition for all to see; a secret is
        kept on the server, under{' '}
        <Link to="/environment" className="underline">
          Environment
        </Link>
        .
      </p>
      <PairsAt path={['settings', 'env']} of="variable" keyPlaceholder="REGION">
        {(value, set, label) => <Variable value={value} set={set} label={label} secrets={secrets} />}
      </PairsAt>
    </Section>
  )
}

interface VariableProps {
  value: Json
  set: (value: Json) => void
  label: string
  secrets: readonly string[]
}

function Variable({ value, set, label, secrets }: VariableProps) {
  const secret = isObject(value) ? textOf(value['secret']) : undefined
  const offered = secret === undefined || secret === '' || secrets.includes(secret) ? secrets : [...secrets, secret]
  return (
    <div className="flex gap-2">
      <div className="w-24 shrink-0">
        <Select
          aria-label={`Kind of ${label}`}
          value={secret === undefined ? 'text' : 'secret'}
          onChange={(next) => set(next === 'text' ? '' : { secret: secrets[0] ?? label })}
          choices={[
            { value: 'text', label: 'Text' },
            { value: 'secret', label: 'Secret' }
          ]}
        />
      </div>
      {secret === undefined ? (
        <Input aria-label={`Value of ${label}`} value={textOf(value)} onChange={({ target }) => set(target.value)} />
      ) : (
        <Select
          aria-label={`Secret of ${label}`}
          value={secret}
          placeholder="Choose a secret"
          onChange={(next) => set({ secret: next })}
          choices={offered.map((name) => ({
            value: name,
            label: name,
            ...(secrets.includes(name) ? {} : { hint: 'not on this server yet' })
          }))}
        />
      )}
    </div>
  )
}
