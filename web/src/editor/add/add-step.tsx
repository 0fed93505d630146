import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { ArrowLeft, Package, Search } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState, type KeyboardEvent } from 'react'
import type { JsonObject } from '../../values/json.ts'
import { Keys } from '../../ui/keys.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { catalogueQuery } from '../catalogue.ts'
import { useEditor } from '../context.tsx'
import type { Place } from '../step-changes.ts'
import { Choice, HEADING } from './choice.tsx'
import { HereChoices } from './here.tsx'
import { PackageActions, PackageChoices } from './packages.tsx'

type View = { at: 'here' } | { at: 'registry' } | { at: 'package'; name: string }

interface AddStepProps {
  /** Where the step will stand; `undefined` while nothing is asked. */
  place: Place | undefined
  onClose: () => void
  onAdd: (place: Place, step: JsonObject) => void
}

/** Asks what to add: a built-in step, an action of this server, or a component of an npm package. */
export function AddStep({ place, onClose, onAdd }: AddStepProps) {
  return (
    <Radix.Root open={place !== undefined} onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[oklch(0.1_0.01_286/0.35)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="float-in fixed top-[10vh] left-1/2 z-50 flex max-h-[76vh] w-[40rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-hidden rounded-xl bg-surface shadow-float outline-none"
        >
          <Radix.Title className="sr-only">Add a step</Radix.Title>
          {place === undefined ? null : (
            <Choices
              place={place}
              choose={(step) => {
                onClose()
                onAdd(place, step)
              }}
            />
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const ASKS = {
  here: 'Search actions and built-in steps…',
  registry: 'Search npm for packages with components…',
  package: 'Search the actions of the package…'
}

function Choices({ place, choose }: { place: Place; choose: (step: JsonObject) => void }) {
  const { document } = useEditor()
  const [search, setSearch] = useState('')
  const [view, setView] = useState<View>({ at: 'here' })
  const [chosen, setChosen] = useState('')
  const { isPending } = useQuery(catalogueQuery)
  function go(next: View, keep = '') {
    setView(next)
    setSearch(keep)
    // What was chosen is not in the next list; its first entry is, when it comes.
    setChosen('')
  }
  function back(): void {
    go(view.at === 'package' ? { at: 'registry' } : { at: 'here' })
  }
  function press(event: KeyboardEvent): void {
    if (event.key !== 'Backspace' || search !== '' || view.at === 'here') return
    event.preventDefault()
    back()
  }
  return (
    <Command
      label="What to add"
      value={chosen}
      onValueChange={setChosen}
      shouldFilter={view.at !== 'registry'}
      className="flex min-h-0 flex-col"
      loop
    >
      <div className="flex h-12 shrink-0 items-center gap-2.5 border-b px-4">
        {view.at === 'here' ? (
          <Search className="size-4 text-ink-3" aria-hidden="true" />
        ) : (
          <button type="button" aria-label="Back" onClick={back} className="rounded p-0.5 text-ink-3 hover:text-ink">
            <ArrowLeft className="size-4" />
          </button>
        )}
        {view.at === 'package' ? <code className="font-mono text-xs text-ink-2">{view.name}</code> : null}
        <Command.Input
          value={search}
          onValueChange={setSearch}
          onKeyDown={press}
          placeholder={ASKS[view.at]}
          className="h-full flex-1 bg-transparent text-base outline-none placeholder:text-ink-3"
        />
      </div>
      <Command.List className="min-h-0 flex-1 overflow-auto p-1.5 [scroll-padding-block:2rem]">
        {/* All at once: who types fast and presses Enter means the best of all, and not of those that came first. */}
        {view.at === 'here' && isPending ? <SkeletonRows count={8} className="h-11" /> : null}
        {view.at === 'here' && !isPending ? (
          <>
            <HereChoices place={place} document={document} choose={choose} />
            <Command.Group forceMount heading="npm" className={HEADING}>
              <Choice
                value="npm packages"
                forceMount
                icon={<Package />}
                title={search === '' ? 'A component of an npm package' : `Search npm for “${search}”`}
                summary="Packages with components in the API that Pipedream documents"
                onChoose={() => go({ at: 'registry' }, search)}
              />
            </Command.Group>
          </>
        ) : null}
        {view.at === 'registry' ? (
          <PackageChoices search={search} onChoose={(name) => go({ at: 'package', name })} />
        ) : null}
        {view.at === 'package' ? <PackageActions name={view.name} document={document} choose={choose} /> : null}
      </Command.List>
      <footer className="flex shrink-0 items-center gap-4 border-t px-4 py-2 text-xs text-ink-3">
        <span>
          <Keys of="up" /> <Keys of="down" /> to choose
        </span>
        <span>
          <Keys of="enter" /> to add
        </span>
        {view.at === 'here' ? null : <span>Backspace to go back</span>}
      </footer>
    </Command>
  )
}
