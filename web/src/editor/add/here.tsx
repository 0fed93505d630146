import { Command } from 'cmdk'
import { Lock } from 'lucide-react'
import type { JsonObject } from '../../values/json.ts'
import { Badge } from '../../ui/status.tsx'
import { appOf, useCatalogue, type Action, type Catalogue } from '../catalogue.ts'
import type { WorkflowDocument } from '../document.ts'
import { actionSign, KIND_SIGNS, languageSign } from '../step-icon.tsx'
import type { Place } from '../step-changes.ts'
import { Choice, HEADING } from './choice.tsx'
import { firstSentence } from './sentence.ts'
import { actionStep, builtInStep, type BuiltIn } from './skeletons.ts'

interface HereProps {
  place: Place
  document: WorkflowDocument
  choose: (step: JsonObject) => void
}

const BUILT_IN: readonly { kind: BuiltIn; title: string; summary: string; words: string[] }[] = [
  { kind: 'javascript', title: 'Code in JavaScript', summary: 'With packages from npm', words: ['js', 'node', 'run'] },
  { kind: 'typescript', title: 'Code in TypeScript', summary: 'With packages from npm', words: ['ts', 'node', 'run'] },
  { kind: 'python', title: 'Code in Python', summary: 'With what this machine has installed', words: ['py', 'run'] },
  {
    kind: 'bash',
    title: 'Code in Bash',
    summary: 'With what this machine has installed',
    words: ['shell', 'sh', 'run']
  },
  { kind: 'delay', title: 'Delay', summary: 'The run sleeps, also over a restart', words: ['wait', 'sleep', 'pause'] },
  {
    kind: 'end_if',
    title: 'End',
    summary: 'Ends the run where a condition holds',
    words: ['stop', 'filter', 'if', 'condition']
  },
  {
    kind: 'each',
    title: 'Each',
    summary: 'Goes through a list, with steps for every item',
    words: ['loop', 'for', 'iterate', 'map']
  }
]

/** What this server has. */
export function HereChoices({ place, document, choose }: HereProps) {
  const catalogue = useCatalogue()
  const inner = place.list.length > 1
  const offered = BUILT_IN.filter(
    ({ kind }) => !(inner && kind === 'each') && (catalogue.native || (kind !== 'python' && kind !== 'bash'))
  )
  return (
    <>
      <Command.Group heading="Built in" className={HEADING}>
        {offered.map(({ kind, title, summary, words }) => (
          <Choice
            key={kind}
            value={title}
            keywords={words}
            icon={kind === 'delay' || kind === 'end_if' || kind === 'each' ? KIND_SIGNS[kind] : languageSign(kind)}
            title={title}
            summary={summary}
            onChoose={() => choose(builtInStep(document, place, kind))}
          />
        ))}
      </Command.Group>
      {groupsOf(catalogue).map(([name, actions]) => (
        <Command.Group key={name} heading={name} className={HEADING}>
          {actions.map((action) => (
            <Choice
              key={action.key}
              value={`${name} ${action.name} ${action.key}`}
              keywords={[action.description]}
              icon={actionSign(action.key)}
              title={action.name}
              summary={firstSentence(action.description)}
              aside={appOf(catalogue, action) === undefined ? null : <NeedsCredentials />}
              onChoose={() =>
                choose(actionStep(document, action.key, appOf(catalogue, action)?.app ?? prefixOf(action)))
              }
            />
          ))}
        </Command.Group>
      ))}
    </>
  )
}

function NeedsCredentials() {
  return (
    <Badge tone="brass">
      <Lock className="size-3" aria-label="Uses credentials" />
    </Badge>
  )
}

function prefixOf({ key }: Action): string {
  return /^(?:aws-secrets-manager|data-store|[a-z0-9]+)(?=-)/.exec(key)?.[0] ?? ''
}

/** Actions by what they belong to, HTTP and apps first. */
function groupsOf(catalogue: Catalogue): [string, Action[]][] {
  const groups = new Map<string, Action[]>()
  for (const action of catalogue.actions) {
    const name = appOf(catalogue, action)?.name ?? OWN[prefixOf(action)] ?? 'Others'
    groups.set(name, [...(groups.get(name) ?? []), action])
  }
  const isApp = (name: string): boolean => catalogue.apps.some((app) => app.name === name)
  return [...groups].toSorted(([one], [other]) => Number(isApp(other)) - Number(isApp(one)) || one.localeCompare(other))
}

const OWN: Readonly<Record<string, string>> = {
  vault: 'HashiCorp Vault',
  'aws-secrets-manager': 'AWS Secrets Manager',
  nango: 'Nango',
  postgres: 'Databases',
  mysql: 'Databases',
  sqlite: 'Databases',
  'data-store': 'Data stores'
}
