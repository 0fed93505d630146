import { Settings2 } from 'lucide-react'
import { isObject } from '../../values/json.ts'
import { NothingKept } from '../badges.tsx'
import { ownerOf, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { readAt } from '../document.ts'
import { Tile } from '../step-icon.tsx'
import { textOf } from '../detail/bound.tsx'
import { durationWords } from '../words.ts'
import { Row } from './row.tsx'

/** What holds for the workflow as a whole, below its steps. */
export function SettingsRow() {
  const { document, selected, select } = useEditor()
  const { mistakes, warnings } = useChecked()
  const own = (all: typeof mistakes) => all.filter((one) => ownerOf(document.steps, one) === 'settings')
  const retention = readAt(document, ['settings', 'retention'])
  const keep = !isObject(retention) || retention['keep'] !== false
  const age = isObject(retention) ? textOf(retention['max_age']) : ''
  const timeout = textOf(readAt(document, ['settings', 'timeout']))
  return (
    <div className="mt-8">
      <Row
        id="settings"
        icon={
          <Tile>
            <Settings2 />
          </Tile>
        }
        name="settings"
        title="Of the workflow"
        summary={`Runs take up to ${durationWords(timeout || '30s')}${keep ? `, and stay for ${durationWords(age || '7d')}` : ''}`}
        badges={keep ? null : <NothingKept />}
        mistakes={own(mistakes)}
        warnings={own(warnings)}
        selected={selected === 'settings'}
        onSelect={() => select('settings')}
      />
    </div>
  )
}
