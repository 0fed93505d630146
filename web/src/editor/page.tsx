import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { TestPanel } from '../testing/test-panel.tsx'
import { useTitle } from '../ui/page.tsx'
import { Split } from '../ui/split.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AddContext } from './add/context.ts'
import { AddStep } from './add/add-step.tsx'
import { useAnnounced } from './announce.ts'
import { CheckContext, useCheck } from './check.ts'
import { Column } from './column/column.tsx'
import { useEditor } from './context.tsx'
import { DeployDialog } from './deploy/deploy-dialog.tsx'
import { Detail } from './detail/detail.tsx'
import { useDraft } from './draft/context.tsx'
import { Conflict } from './draft/conflict.tsx'
import { DropDraft } from './draft/drop.tsx'
import { Header } from './header.tsx'
import { KeysHelp } from './keys-help.tsx'
import { useEditorKeys } from './keys.ts'
import { SettingsRow } from './column/settings-row.tsx'
import { useSamples } from './samples.ts'
import { useStepActions } from './step-actions.ts'
import { placeAfter, type Place } from './step-changes.ts'
import { allSteps, findStep } from './steps.ts'
import { Unparsed } from './unparsed.tsx'

const YamlView = lazy(async () => ({ default: (await import('./yaml/yaml-view.tsx')).YamlView }))

type Open = 'keys' | 'deploy' | 'drop'

/** The editor of a workflow: its steps at the left, the form of the selected one at the right, tests below. */
export function EditorPage() {
  const { workflow, document, undo, redo, selected, select } = useEditor()
  const { save, draft } = useDraft()
  const url = draft.triggers.find((one) => one.type === 'http')?.url
  const { checked } = useCheck(workflow, document.text)
  const actions = useStepActions()
  const [adding, setAdding] = useState<Place>()
  const [open, setOpen] = useState<Open>()
  const yaml = useSearch({ from: '/shell/workflows/$name', select: ({ view }) => view === 'yaml' })
  const navigate = useNavigate({ from: '/workflows/$name' })
  useTitle(workflow)
  useSamples()

  const rows = ['trigger', ...allSteps(document.steps).map(({ id }) => id), 'settings']
  const step = findStep(document.steps, selected)
  function toggleYaml() {
    void navigate({
      search: ({ view, ...rest }) => (view === 'yaml' ? rest : { ...rest, view: 'yaml' }),
      replace: true
    })
  }
  function go(by: -1 | 1) {
    const id = rows[rows.indexOf(selected) + by]
    if (id === undefined) return
    select(id)
    focusRow(id)
  }
  function move(by: -1 | 1) {
    if (step === undefined) return
    actions.move(step, by)
    focusRow(step.id)
  }
  function addAfter() {
    if (selected === 'trigger') setAdding({ list: ['steps'], index: 0 })
    else setAdding(step === undefined ? { list: ['steps'], index: document.steps.length } : placeAfter(step))
  }
  useEditorKeys({
    next: () => go(1),
    previous: () => go(-1),
    moveDown: () => move(1),
    moveUp: () => move(-1),
    add: addAfter,
    remove: () => step !== undefined && actions.remove(step),
    duplicate: () => step !== undefined && actions.duplicate(step),
    undo: () => undo?.(),
    redo: () => redo?.(),
    save: () => void save(),
    deploy: () => setOpen('deploy'),
    yaml: toggleYaml,
    help: () => setOpen('keys')
  })

  return (
    <CheckContext value={checked}>
      <AddContext value={setAdding}>
        <div className="flex h-full min-h-0 flex-col">
          <Header
            yaml={yaml}
            onYaml={toggleYaml}
            onDeploy={() => setOpen('deploy')}
            onKeys={() => setOpen('keys')}
            onDrop={() => setOpen('drop')}
          />
          <Conflict />
          <Split name="editor" label="Width of the form" initial={46}>
            {[
              yaml ? (
                <Suspense key="yaml" fallback={<Skeleton className="m-6 h-96" />}>
                  <YamlView />
                </Suspense>
              ) : (
                <div key="steps" className="relative h-full overflow-auto bg-canvas">
                  {document.errors.length > 0 ? (
                    <Unparsed onYaml={toggleYaml} />
                  ) : (
                    <div className="mx-auto flex max-w-2xl flex-col px-10 pt-6 pb-16">
                      <Column onAdd={setAdding} />
                      <SettingsRow />
                    </div>
                  )}
                </div>
              ),
              <div key="form" className="relative h-full overflow-auto">
                {document.errors.length > 0 ? yaml ? <Unparsed /> : null : <Detail key={selected} />}
              </div>
            ]}
          </Split>
          <TestPanel url={url} />
        </div>
        <AddStep
          place={adding}
          onClose={() => setAdding(undefined)}
          onAdd={(place, node) => actions.insert(place, node)}
        />
        <KeysHelp open={open === 'keys'} onOpenChange={(next) => setOpen(next ? 'keys' : undefined)} />
        <DeployDialog open={open === 'deploy'} onOpenChange={(next) => setOpen(next ? 'deploy' : undefined)} />
        <DropDraft open={open === 'drop'} onOpenChange={(next) => setOpen(next ? 'drop' : undefined)} />
        <Announced />
      </AddContext>
    </CheckContext>
  )
}

/** Gives the focus to a row, once it is there, where the focus is not in a form. */
function focusRow(id: string): void {
  requestAnimationFrame(() => {
    const row = window.document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"] > button[aria-current]`)
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  })
}

function Announced() {
  return (
    <div aria-live="polite" className="sr-only">
      {useAnnounced()}
    </div>
  )
}
