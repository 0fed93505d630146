import { useQueryClient } from '@tanstack/react-query'
import { Confirm } from '../../ui/confirm.tsx'
import { toast } from '../../ui/toast.tsx'
import { useEditor } from '../context.tsx'
import { openDocument } from '../document.ts'
import { useDraft } from './context.tsx'
import { dropDraft } from './draft.ts'

/** Goes back to what is deployed. */
export function DropDraft({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { workflow, edit } = useEditor()
  const { deployed, draft, saver } = useDraft()
  const queries = useQueryClient()
  async function drop() {
    if (deployed === undefined) return
    await dropDraft(workflow)
    saver.resolve({ ...draft, text: deployed.text, revision: 0 }, deployed.text)
    edit(() => openDocument(deployed.text))
    void queries.invalidateQueries({ queryKey: ['workflows'] })
    toast(`Back at version ${deployed.version}.`)
  }
  return (
    <Confirm open={open} onOpenChange={onOpenChange} title="Drop the draft?" action="Drop the draft" onConfirm={drop}>
      <p>
        The editor goes back to version {deployed?.version}, which is deployed. What the draft changed is gone from the
        server; as long as this page is open, undo brings it back.
      </p>
    </Confirm>
  )
}
