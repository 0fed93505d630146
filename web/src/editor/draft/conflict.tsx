import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { TextDiff } from '../../ui/text-diff.tsx'
import { useEditor } from '../context.tsx'
import { openDocument } from '../document.ts'
import { useDraft } from './context.tsx'
import { readDraft } from './draft.ts'

/** Two people, or two tabs, wrote the same draft: one text goes on. */
export function Conflict() {
  const { saving } = useDraft()
  return saving.status === 'conflict' ? <Choose /> : null
}

function Choose() {
  const { workflow, document, edit } = useEditor()
  const { saver, saving } = useDraft()
  const [comparing, setComparing] = useState(false)
  const { data: theirs } = useQuery({
    queryKey: ['draft', workflow, 'theirs', saving.draft.revision],
    queryFn: () => readDraft(workflow),
    gcTime: 0
  })
  if (theirs === undefined) return <Skeleton className="mx-4 my-2 h-11" />
  const take = (): void => {
    saver.resolve(theirs, theirs.text)
    edit(() => openDocument(theirs.text))
  }
  const keep = (): void => saver.resolve(theirs, document.text)
  const buttons = (
    <div className="flex shrink-0 gap-2">
      <Button size="small" onClick={keep}>
        Keep mine
      </Button>
      <Button size="small" onClick={take}>
        Take theirs
      </Button>
    </div>
  )
  return (
    <>
      <Notice
        tone="warn"
        className="mx-4 my-2"
        title={
          <>
            This draft was changed in another page <Time at={theirs.updated_at} />, and yours is not saved.
          </>
        }
        action={
          <div className="flex shrink-0 gap-2">
            <Button size="small" look="quiet" onClick={() => setComparing(true)}>
              Compare
            </Button>
            {buttons}
          </div>
        }
      >
        What you do not keep can be had back with undo, in its page.
      </Notice>
      <Dialog
        open={comparing}
        onOpenChange={setComparing}
        width="wide"
        title="The two drafts"
        description="Theirs at the left as it is saved, yours at the right."
        actions={buttons}
      >
        <TextDiff before={theirs.text} after={document.text} />
      </Dialog>
    </>
  )
}
