import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { isObject } from '../../values/json.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Radios } from '../../ui/radio.tsx'
import { Section } from '../../ui/section.tsx'
import { Select } from '../../ui/select.tsx'
import { Field } from '../../ui/field.tsx'
import { useEditor } from '../context.tsx'
import { openDocument, readAt } from '../document.ts'
import { useDraft } from '../draft/context.tsx'
import { ListAt, SwitchAt, useAt } from './bound.tsx'
import { TokenShown } from './token-shown.tsx'

type Auth = 'none' | 'token'

/** Who may start runs. */
export function CallersForm() {
  const { value, set } = useAt(['trigger', 'auth'])
  const type: Auth = isObject(value) && value['type'] === 'token' ? 'token' : 'none'
  return (
    <Section title="Who may call">
      <Radios<Auth>
        label="Who may call"
        value={type}
        onChange={(next) => set(next === 'none' ? undefined : { type: next })}
        choices={[
          { value: 'none', label: 'Whoever knows the address', hint: 'It is long, and cannot be guessed.' },
          {
            value: 'token',
            label: 'Callers with a token',
            hint: (
              <>
                They send it as <code className="font-mono">authorization: Bearer …</code>
              </>
            )
          }
        ]}
      />
      {type === 'token' ? <Token /> : null}
      {type === 'none' ? (
        <SwitchAt
          path={['trigger', 'allow_anonymous']}
          label="Callers may choose whose credential is fetched"
          hint="Only where a step takes credentials from a store by something in the request. Whoever knows the address could then use anybody’s."
        />
      ) : null}
      <Browsers />
    </Section>
  )
}

/** The token of the deployed version: made by a deploy, shown once, and replaced here. */
function Token() {
  const { workflow } = useEditor()
  const { deployed } = useDraft()
  const [asking, setAsking] = useState(false)
  const [token, setToken] = useState<string>()
  const there = deployed !== undefined && asksForToken(deployed.text)
  if (!there) return <Notice>The next deploy makes a token and shows it, once.</Notice>
  return (
    <>
      <Notice
        action={
          <Button size="small" onClick={() => setAsking(true)}>
            Make a new one…
          </Button>
        }
      >
        The token was shown at the deploy. Nobody can see it again.
      </Notice>
      {token === undefined ? null : <TokenShown token={token} />}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Make a new token?"
        action="Make a new token"
        onConfirm={async () => {
          const { token: made } = await body(
            api.POST('/workflows/{name}/rotate-token', { params: { path: { name: workflow } } })
          )
          setToken(made)
        }}
      >
        <p>The old one stops working at once: whoever calls with it is refused until they have the new one.</p>
      </Confirm>
    </>
  )
}

function asksForToken(text: string): boolean {
  return readAt(openDocument(text), ['trigger', 'auth', 'type']) === 'token'
}

type Cors = 'any' | 'none' | 'some'

/** Whose pages may call from a browser. */
function Browsers() {
  const { value, set } = useAt(['trigger', 'cors'])
  const now: Cors = value === false ? 'none' : isObject(value) ? 'some' : 'any'
  return (
    <>
      <Field label="From a browser" hint="Which pages may read the answer (CORS). Other callers are not concerned.">
        {(ids) => (
          <Select
            {...ids}
            value={now}
            onChange={(next) =>
              set(next === 'any' ? undefined : next === 'none' ? false : { origins: ['https://app.example.com'] })
            }
            choices={[
              { value: 'any', label: 'Any page' },
              { value: 'some', label: 'Only pages of these origins' },
              { value: 'none', label: 'No page' }
            ]}
          />
        )}
      </Field>
      {now === 'some' ? (
        <ListAt path={['trigger', 'cors', 'origins']} label="Origins" hint="One a line, scheme and host." />
      ) : null}
    </>
  )
}
