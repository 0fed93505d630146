import { Check, CloudOff, PencilLine, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { explain } from '../../ui/notice.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { useDraft } from './context.tsx'
import type { SaveStatus } from './saver.ts'

const LOOKS: Record<SaveStatus, { icon: ReactNode; word: string; text: string }> = {
  saved: {
    icon: <Check className="size-3.5" />,
    word: 'Saved',
    text: 'Everything that you wrote is kept on the server as a draft.'
  },
  saving: { icon: <Spinner />, word: 'Saving', text: 'Your changes are on their way to the server.' },
  unsaved: { icon: <PencilLine className="size-3.5" />, word: 'Unsaved', text: 'Saved in a moment, when you rest.' },
  offline: {
    icon: <CloudOff className="size-3.5 text-warn" />,
    word: 'Offline',
    text: 'The server does not answer. Your changes are in this page, and saved when it is back.'
  },
  conflict: {
    icon: <TriangleAlert className="size-3.5 text-warn" />,
    word: 'Changed elsewhere',
    text: 'Somebody else changed this draft. Choose below which one goes on.'
  },
  refused: { icon: <TriangleAlert className="size-3.5 text-bad" />, word: 'Not saved', text: 'The server refused it.' }
}

/** Whether what is written is safe. */
export function SaveStatusMark() {
  const { saving, save } = useDraft()
  const { icon, word, text } = LOOKS[saving.status]
  const why = saving.status === 'refused' ? explain(saving.error).title : text
  return (
    <span role="status" className="flex items-center">
      <Tooltip text={why}>
        <Button look="quiet" size="small" onClick={() => void save()} className="text-ink-3">
          {icon}
          <span className="max-md:sr-only">{word}</span>
        </Button>
      </Tooltip>
    </span>
  )
}
