import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useEditor } from './context.tsx'

/** The text does not parse: there are no steps to show, and nothing that a form could change. */
export function Unparsed({ onYaml }: { onYaml?: () => void }) {
  const { document } = useEditor()
  const [first] = document.errors
  return (
    <div className="mx-auto max-w-xl p-8">
      <Notice
        tone="bad"
        title={
          onYaml === undefined
            ? 'The YAML does not parse. The form is back when it does.'
            : 'The YAML does not parse, so its steps cannot be shown.'
        }
        action={
          onYaml === undefined ? null : (
            <Button size="small" onClick={onYaml}>
              Open the YAML
            </Button>
          )
        }
      >
        {first === undefined ? null : `Line ${first.line}, column ${first.column}: ${first.message}.`}
      </Notice>
    </div>
  )
}
