import { useQueryClient } from '@tanstack/react-query'
import { useBlocker, useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Schemas } from '../../api/client.ts'
import { useEditor } from '../context.tsx'
import { setAt } from '../document.ts'
import { DraftContext } from './context.tsx'
import { openQuery, saveDraft, type Opened } from './draft.ts'
import { Saver } from './saver.ts'

/** Keeps the document of the editor as the workflow's draft while it is written. */
export function DraftProvider({ opened, children }: { opened: Opened; children: ReactNode }) {
  const { workflow, document } = useEditor()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [saver] = useState(() => new Saver(opened.draft, (draft, text) => saveDraft(workflow, text, draft.revision)))
  const [deployed, setDeployed] = useState(opened.deployed)
  const saving = useSyncExternalStore(saver.watch, saver.state)
  useEffect(() => saver.change(document.text), [saver, document.text])
  useEffect(() => () => saver.stop(), [saver])
  useLeaving(saver, saving.draft.text !== document.text)
  const state = useMemo(
    () => ({
      draft: saving.draft,
      saving,
      saver,
      deployed,
      save: () => saver.flush(),
      onDeployed({ version, triggers }: Schemas['Deployment'], text: string) {
        const created_at = new Date().toISOString()
        setDeployed({ version, text, deployment_id: '', created_at, current: true })
        const { draft } = saver.state()
        saver.resolve({ ...draft, text, triggers, base_version: version, revision: 0 }, document.text)
      },
      async rename(name: string) {
        await saver.flush()
        const { text } = setAt(document, ['name'], name)
        await saveDraft(workflow, text, saver.state().draft.revision, name)
        saver.stop()
        queries.removeQueries({ queryKey: openQuery(workflow).queryKey })
        await queries.invalidateQueries({ queryKey: ['drafts'] })
        await navigate({
          to: '/workflows/$name',
          params: { name },
          search: (search) => search,
          replace: true,
          ignoreBlocker: true
        })
      }
    }),
    [saving, saver, deployed, document, workflow, queries, navigate]
  )
  return <DraftContext value={state}>{children}</DraftContext>
}

/** What is not saved is saved before another page is shown; only where that fails a person is asked. */
function useLeaving(saver: Saver, unsaved: boolean): void {
  useBlocker({
    disabled: !unsaved,
    enableBeforeUnload: unsaved,
    async shouldBlockFn({ current, next }) {
      if (current.pathname === next.pathname) return false
      const { status } = await saver.flush()
      return status === 'saved' ? false : !confirm('What you changed is not saved. Leave it?')
    }
  })
}
