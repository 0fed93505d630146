import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { openQuery, readDraft, saveDraft } from '../../editor/draft/draft.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'

interface RestoreProps {
  name: string
  version: number
  text: string
  open: boolean
  onClose: () => void
}

/** Makes an old version what the editor shows; nothing is deployed by it. */
export function Restore({ name, version, text, open, onClose }: RestoreProps) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { data: draft } = useQuery({
    queryKey: ['draft', name, 'there'],
    queryFn: async () => (await readDraft(name)) ?? null,
    enabled: open,
    gcTime: 0
  })
  async function restore() {
    const there = await readDraft(name)
    await saveDraft(name, text, there?.revision ?? 0)
    queries.removeQueries({ queryKey: openQuery(name).queryKey })
    await queries.invalidateQueries({ queryKey: ['workflows'] })
    await navigate({ to: '/workflows/$name', params: { name } })
    toast(`The draft is version ${version} now.`)
  }
  return (
    <Confirm
      open={open}
      onOpenChange={(next) => next || onClose()}
      title={`Make version ${version} the draft?`}
      action={draft === null || draft === undefined ? 'Make it the draft' : 'Replace the draft'}
      onConfirm={restore}
    >
      <p>The editor opens with it. What is deployed stays as it is until you deploy.</p>
      {draft === null || draft === undefined ? null : (
        <p className="font-medium text-ink">
          There is a draft, changed <Time at={draft.updated_at} />. It is replaced, and gone.
        </p>
      )}
    </Confirm>
  )
}
