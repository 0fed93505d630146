import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Package } from 'lucide-react'
import { useDeferredValue, useEffect, useState } from 'react'
import type { JsonObject } from '../../values/json.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import type { WorkflowDocument } from '../document.ts'
import { Choice, HEADING } from './choice.tsx'
import { firstSentence } from './sentence.ts'
import { packageQuery, packagesQuery } from './registry.ts'
import { actionStep } from './skeletons.ts'

/** A name of npm, perhaps with a version; the registry knows whether there is such a package. */
const PACKAGE = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:@[\w.-]+)?$/i

interface PackageChoicesProps {
  search: string
  onChoose: (name: string) => void
}

/** Packages that a search in the registry finds, and the one of the very name that was typed. */
export function PackageChoices({ search, onChoose }: PackageChoicesProps) {
  const words = useRested(search.trim(), 300)
  const { data, error, isFetching } = useQuery(packagesQuery(words))
  if (words.length < 2) return <Hint>Type what the package is for, or its name.</Hint>
  const packages = data?.packages ?? []
  const named = PACKAGE.test(words) && packages.every(({ name }) => name !== words)
  const looking = data === undefined ? error === null : packages.length === 0 && isFetching
  return (
    <>
      <Command.Group heading="Packages" className={HEADING}>
        {packages.map(({ name, version, description }) => (
          <Choice
            key={name}
            value={name}
            icon={<Package />}
            title={name}
            summary={description}
            aside={version}
            onChoose={() => onChoose(name)}
          />
        ))}
        {named ? (
          <Choice
            value={`look into ${words}`}
            icon={<Package />}
            title={`Look into ${words}`}
            summary="The package of exactly this name"
            onChoose={() => onChoose(words)}
          />
        ) : null}
      </Command.Group>
      {looking ? <SkeletonRows count={4} className="h-11" /> : null}
      {error === null ? null : <ErrorNotice error={error} />}
      {!looking && error === null && packages.length === 0 ? (
        <Hint>npm lists no package with components for these words.</Hint>
      ) : null}
    </>
  )
}

interface PackageProps {
  name: string
  document: WorkflowDocument
  choose: (step: JsonObject) => void
}

/** What a package offers. */
export function PackageActions({ name, document, choose }: PackageProps) {
  const { data, error } = useQuery(packageQuery(name))
  if (error !== null) return <ErrorNotice error={error} />
  if (data === undefined) return <Fetching name={name} />
  if (data.actions.length === 0) return <Hint>This package has no actions.</Hint>
  return (
    <Command.Group heading={`${data.package} ${data.version}`} className={HEADING}>
      {data.actions.map((action) => (
        <Choice
          key={action.use}
          value={action.use}
          keywords={[action.name, action.description]}
          icon={<Package />}
          title={action.name}
          summary={action.problem ?? firstSentence(action.description)}
          disabled={action.problem !== undefined}
          aside={Object.values(action.apps).join(', ')}
          onChoose={() => choose(actionStep(document, action.use, Object.values(action.apps)[0]))}
        />
      ))}
    </Command.Group>
  )
}

/** How long it has taken so far: a fetch from a registry may take a minute. */
function Fetching({ name }: { name: string }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div role="status" className="flex flex-col items-center gap-2 px-6 py-12 text-center text-sm text-ink-2">
      <Spinner className="size-5" />
      <p>
        Fetching <code className="font-mono text-xs">{name}</code> and looking at its components in the sandbox
      </p>
      <p className="text-xs text-ink-3 tabular-nums">{seconds} s · this may take a minute, once</p>
    </div>
  )
}

function Hint({ children }: { children: React.ReactNode }) {
  return <p className="px-3 py-10 text-center text-sm text-ink-3">{children}</p>
}

/** A text once it has not changed for some time, in milliseconds. */
function useRested(text: string, ms: number): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return useDeferredValue(rested)
}
